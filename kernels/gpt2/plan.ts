// GPT-2's tables without its passes: enough to plan its memory, in a page that computes nothing.

import type { Outline } from "../model/architecture.ts";
import { fitModel, type Options, planModel } from "../model/memory.ts";
import type { Fit, Limits, MemoryPlan } from "../runtime/plan.ts";
import { activationTable } from "./activations.ts";
import { type Config, checkConfig } from "./config.ts";
import { parameterTable } from "./parameters.ts";
import type { GPT2Tables } from "./tables.ts";

export const outline: Outline<GPT2Tables> = {
  name: "GPT2",
  parameters: parameterTable,
  activations: activationTable,
  constants: {},
  head: "wte", // the classifier's weight is the table of embeddings
  checkConfig,
};

/** The memory that createGPT2 will take with the same arguments. @throws RangeError as createGPT2 does */
export function planGPT2(config: Config, options: Options): MemoryPlan {
  return planModel(outline, config, options);
}

/** Holds the plan against the limits; where it does not fit, finds the nearest B and T that do. */
export function fitGPT2(config: Config, options: Options, limits: Limits): Fit {
  return fitModel(outline, config, options, limits);
}
