// Which device trains. This is the only place that chooses one.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** The handles of the device that was chosen. */
export type Tensor = Floats;
export type Ids = Ints;

export const createDevice = (): Backend<Tensor, Ids> => createCpu(Float32Array);
