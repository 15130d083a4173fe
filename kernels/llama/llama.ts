// Llama and its relatives as architectures: the tables that a model's parts lead to, and the passes, which are the same for all.

import type { Backend } from "../backend.ts";
import type { Architecture } from "../model/architecture.ts";
import type { Options } from "../model/memory.ts";
import { createModel } from "../model/model.ts";
import { backward } from "./backward.ts";
import type { Config } from "./config.ts";
import { extend } from "./extend.ts";
import { forward } from "./forward.ts";
import { qkvRows } from "./parameters.ts";
import { outlineOf } from "./plan.ts";
import type { Llama, LlamaTables } from "./tables.ts";

/** The architecture of a model with these parts. @throws RangeError if the config cannot be */
export function llama(config: Config): Architecture<LlamaTables> {
  return {
    ...outlineOf(config),
    last: "lnf",
    forward,
    backward,
    qkvRow: qkvRows,
    extend,
  };
}

/** Allocates a model with all parameters 0. @throws RangeError as createModel does */
export function createLlama<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): Llama<Tensor, Ids> {
  return createModel(llama(config), backend, config, options);
}
