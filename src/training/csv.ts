import { changeSentence } from "./changes.ts";
import type { History } from "./history.ts";

/**
 * The numbers of a run, one line for each step. Losses and norms are float32 values written so that they read back as the
 * very same bits. The columns for validation and answers are empty where there were none, that for changes but in the first step after one.
 */
export function toCsv({ losses, validations, changes = [], scores = [] }: History): string {
  const validation = new Map(validations.map(({ step, loss }) => [step, loss]));
  const right = new Map(scores.map(({ step, right }) => [step, right]));
  const lines = ["step,train_loss,gradient_norm,seconds,validation_loss,right_answers,change"];
  // A run begins with a validation before the first step.
  if (validation.has(0)) lines.push(`0,,,,${validation.get(0)},${right.get(0) ?? ""},`);
  for (const { step, loss, norm, seconds } of losses) {
    const changed = changes.filter((change) => change.step === step - 1).map(changeSentence);
    const row = [
      step,
      loss,
      norm,
      seconds,
      validation.get(step) ?? "",
      right.get(step) ?? "",
      changed.join("; "),
    ];
    lines.push(row.join(","));
  }
  return `${lines.join("\n")}\n`;
}
