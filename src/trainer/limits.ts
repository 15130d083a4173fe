import type { Limits } from "@llm.ts/kernels/runtime/plan.ts";

const GiB = 2 ** 30;

/**
 * Memory that a run may take: half of what the machine says it has, since the browser and everything else live there
 * too. Browsers round that figure, and some do not give it; 8 GiB is assumed then.
 */
export function deviceLimits(): Limits {
  const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
  return { maxBytes: (deviceMemory / 2) * GiB };
}
