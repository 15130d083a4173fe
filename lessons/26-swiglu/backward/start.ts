import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the loss with respect to inp. */
export function swigluBackward(
  dinp: Floats, // (B, T, 2F), added to
  dout: Floats, // (B, T, F)
  inp: Floats, // (B, T, 2F): of each token F gates, then F values
  B: number,
  T: number,
  F: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * 2 * F;
    for (let i = 0; i < F; i++) {
      const gate = inp[row + i];
      const up = inp[row + F + i];
      const d = dout[bt * F + i];
      const s = 1 / (1 + Math.exp(-gate)); // out = gate * s * up
      dinp[row + i] += 0 * d * up * s; // TODO: the gate
      dinp[row + F + i] += 0 * d * gate * s; // TODO: the value
    }
  }
}
