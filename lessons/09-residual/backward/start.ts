import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp1 and inp2. */
export function residualBackward(
  dinp1: Floats, // (N), added to
  dinp2: Floats, // (N), added to
  dout: Floats, // (N)
  N: number,
): void {
  // out = inp1 + inp2
  // TODO
}
