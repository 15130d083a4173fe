// Which device trains. This is the only place that chooses one.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import type { Limits } from "@llm.ts/kernels/runtime/plan.ts";

/** The handles of the device that was chosen. */
export type Tensor = Floats;
export type Ids = Ints;

export const createDevice = (): Backend<Tensor, Ids> => createCpu(Float32Array);

const GiB = 2 ** 30;

/**
 * Memory that a run may take: half of what the machine says it has, since the browser and everything else live there
 * too. Browsers round that figure, and some do not give it; 8 GiB is assumed then.
 */
export function deviceLimits(): Limits {
  const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
  return { maxBytes: (deviceMemory / 2) * GiB };
}
