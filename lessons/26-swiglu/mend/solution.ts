import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Lets each of F channels of B*T tokens through by its gate. */
export function swigluForward(
  out: Floats, // (B, T, F), written
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
      out[bt * F + i] = (gate / (1 + Math.exp(-gate))) * up;
    }
  }
}
