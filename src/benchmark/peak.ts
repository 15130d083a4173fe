// The least time that a kernel can take: it cannot be faster than the device's arithmetic allows, nor faster than its memory.
// The roofline of Williams, Waterman and Patterson 2009.

import type { Cost } from "@llm.ts/kernels/cost.ts";

/** The least time in which a device of such a speed and memory can do this, in seconds, and which of the two decides. */
export function roofline(
  { flops, bytes }: Cost,
  { flopsPerSecond, bytesPerSecond }: Peak,
): { seconds: number; bound: "arithmetic" | "memory" } {
  const arithmetic = flops / flopsPerSecond;
  const memory = bytes / bytesPerSecond;
  return arithmetic >= memory
    ? { seconds: arithmetic, bound: "arithmetic" }
    : { seconds: memory, bound: "memory" };
}

/** What a device can do at most, as measured. */
export interface Peak {
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
}
