// What is chosen, in one line.

import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { integer, millions } from "../page/numbers.ts";
import type { RunPlan } from "../training/plan.ts";
import { modelName } from "../training/settings.ts";

/** @param text its name */
export function summaryOf({ settings, config, tier }: RunPlan, text: string): string {
  const { B, T, accumulation, steps, learningRate } = settings;
  const batches = accumulation === 1 ? "" : `${accumulation} × `;
  return [
    `${modelName(settings)}, ${millions(countParameters(config))} parameters`,
    text,
    tier,
    `${integer(steps)} steps of ${batches}${B} × ${T} tokens`,
    `rate ${learningRate}`,
  ].join(" · ");
}
