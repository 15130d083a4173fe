// The type of a GPT-2, which follows from its tables.

import type { Tables } from "../model/architecture.ts";
import type { Model } from "../model/model.ts";
import type { activationTable } from "./activations.ts";
import type { Config } from "./config.ts";
import type { parameterTable } from "./parameters.ts";

export interface GPT2Tables extends Tables {
  readonly config: Config;
  readonly parameters: typeof parameterTable;
  readonly activations: typeof activationTable;
  readonly constants: Readonly<Record<never, never>>;
}

/** A GPT-2 in the memory of a device. Tensor and Ids are the device's handles; see Backend. */
export type GPT2<Tensor, Ids> = Model<GPT2Tables, Tensor, Ids>;
