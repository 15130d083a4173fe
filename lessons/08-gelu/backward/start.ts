import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

const scale = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** Adds the gradient of the loss with respect to inp. */
export function geluBackward(
  dinp: Floats, // (N), added to
  dout: Floats, // (N)
  inp: Floats, // (N)
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    const x = inp[i];
    const tanh = Math.tanh(scale * (x + cubic * x * x * x)); // as in the forward pass

    // TODO: the slope of GELU at x. The product rule gives two terms, and the second needs dtanh
    // and du.
    const local = 0 * tanh;

    dinp[i] += local * dout[i];
  }
}
