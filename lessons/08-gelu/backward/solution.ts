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
    const tanh = Math.tanh(scale * (x + cubic * x * x * x));
    const dtanh = 1 - tanh * tanh;
    const du = scale * (1 + 3 * cubic * x * x);
    const local = 0.5 * (1 + tanh) + 0.5 * x * dtanh * du;
    dinp[i] += local * dout[i];
  }
}
