// What is chosen, in one line, which on a phone is broken between its parts.

import { countParameters } from "@llm.ts/kernels/models.ts";
import { integer, millions } from "../page/numbers.ts";
import type { RunPlan } from "../training/plan.ts";
import { modelName } from "../training/settings.ts";

/** @param where the names of the text and of the tier; none before it is known what there is */
export function summaryOf(
  { settings, config }: Pick<RunPlan, "settings" | "config">,
  ...where: string[]
): string {
  const { B, T, accumulation, steps, learningRate } = settings;
  const batches = accumulation === 1 ? "" : `${accumulation}\u00a0×\u00a0`;
  return [
    `${modelName(settings)}, ${millions(countParameters(config))} parameters`,
    ...where,
    `${integer(steps)} steps of ${batches}${B}\u00a0×\u00a0${T} tokens`,
    `rate ${learningRate}`,
  ].join(" · ");
}
