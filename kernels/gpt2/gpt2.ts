// GPT-2 as an architecture: its tables and passes put together. Memory, training and sampling are in model/.

import type { Backend } from "../backend.ts";
import type { Architecture } from "../model/architecture.ts";
import type { Options } from "../model/memory.ts";
import { createModel } from "../model/model.ts";
import { backward } from "./backward.ts";
import type { Config } from "./config.ts";
import { extend } from "./extend.ts";
import { forward } from "./forward.ts";
import { outline } from "./plan.ts";
import type { GPT2, GPT2Tables } from "./tables.ts";

export const gpt2: Architecture<GPT2Tables> = {
  ...outline,
  last: "lnf",
  forward,
  backward,
  qkvRow: ({ C }) => 3 * C,
  extend,
};

/** Allocates a GPT-2 with all parameters 0. @throws RangeError as createModel does */
export function createGPT2<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): GPT2<Tensor, Ids> {
  return createModel(gpt2, backend, config, options);
}
