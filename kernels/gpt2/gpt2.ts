// GPT-2 as an architecture: its tables and passes put together. Memory, training and sampling are in model/.

import type { Backend } from "../backend.ts";
import type { Architecture } from "../model/architecture.ts";
import { fitModel, type Options, planModel } from "../model/memory.ts";
import { createModel } from "../model/model.ts";
import type { Fit, Limits, MemoryPlan } from "../runtime/plan.ts";
import { activationTable } from "./activations.ts";
import { backward } from "./backward.ts";
import { type Config, checkConfig } from "./config.ts";
import { forward } from "./forward.ts";
import { parameterTable } from "./parameters.ts";
import type { GPT2, GPT2Tables } from "./tables.ts";

export const gpt2: Architecture<GPT2Tables> = {
  name: "GPT2",
  parameters: parameterTable,
  activations: activationTable,
  constants: {},
  head: "wte", // the classifier's weight is the table of embeddings
  last: "lnf",
  checkConfig,
  forward,
  backward,
};

/** Allocates a GPT-2 with all parameters 0. @throws RangeError as createModel does */
export function createGPT2<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): GPT2<Tensor, Ids> {
  return createModel(gpt2, backend, config, options);
}

/** The memory that createGPT2 will take with the same arguments. @throws RangeError as createGPT2 does */
export function planGPT2(config: Config, options: Options): MemoryPlan {
  return planModel(gpt2, config, options);
}

/** Holds the plan against the limits; where it does not fit, finds the nearest B and T that do. */
export function fitGPT2(config: Config, options: Options, limits: Limits): Fit {
  return fitModel(gpt2, config, options, limits);
}
