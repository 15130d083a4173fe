import { type KeptRun, lossesOf } from "./kept.ts";

/**
 * The curves of several runs, one line for each step of each. Losses are float32 values written so that they read back as
 * the very same bits; of a run that was too long to be kept whole, each is the mean of the steps since the line before.
 */
export function curvesCsv(runs: readonly KeptRun[]): string {
  const lines = ["run,step,train_loss,validation_loss"];
  for (const run of runs) {
    const train = new Map(lossesOf(run).map(({ step, loss }) => [step, loss]));
    const validation = new Map(run.curve.validations.map(({ step, loss }) => [step, loss]));
    const steps = [...new Set([...train.keys(), ...validation.keys()])].sort((a, b) => a - b);
    for (const step of steps) {
      const row = [quoted(run.name), step, train.get(step) ?? "", validation.get(step) ?? ""];
      lines.push(row.join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
