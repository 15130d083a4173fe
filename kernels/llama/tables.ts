// The types of such a model, which follow from its tables. A tensor that a model's parts leave out has a name here all the same:
// what asks for it is the line of a pass that the same part leads to.

import type { Tables } from "../model/architecture.ts";
import type { Model } from "../model/model.ts";
import type { activationTable } from "./activations.ts";
import type { Config } from "./config.ts";
import type { constantTable } from "./constants.ts";
import type { parameterTable } from "./parameters.ts";

export interface LlamaTables extends Tables {
  readonly config: Config;
  readonly parameters: typeof parameterTable;
  readonly activations: typeof activationTable;
  readonly constants: typeof constantTable;
}

/** A model in the memory of a device. Tensor and Ids are the device's handles; see Backend. */
export type Llama<Tensor, Ids> = Model<LlamaTables, Tensor, Ids>;
