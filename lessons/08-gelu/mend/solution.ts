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
    const u = scale * (x + cubic * x * x * x);
    const du = scale * (1 + 3 * cubic * x * x);

    const tanh = Math.tanh(u);
    const dtanh = 1 - tanh * tanh;

    dinp[i] += dout[i] * 0.5 * (1 + tanh + x * dtanh * du);
  }
}
