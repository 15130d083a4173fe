import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp1 and inp2. */
export function residualBackward(
  dinp1: Floats, // (N), added to
  dinp2: Floats, // (N), added to
  dout: Floats, // (N)
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    dinp1[i] += dout[i];
    dinp2[i] += dout[i];
  }
}
