import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { load, madd, splat, sum } from "../lanes.ts";

/** out = inp weight^T + bias, four terms of each sum at once. */
export function matmulForward(
  out: Floats, // (B, T, OC), written
  inp: Floats, // (B, T, C)
  weight: Floats, // (OC, C)
  bias: Floats | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const whole = C - (C % 4); // terms that fill all lanes
  for (let bt = 0; bt < B * T; bt++) {
    const x = bt * C; // where the row of inp begins
    for (let o = 0; o < OC; o++) {
      const w = o * C; // where the row of weight begins
      const sums = splat(0); // four sums, a lane each

      // Your turn: the terms that fill all lanes, four at a time; then one sum out of four;
      // then those that are left.

      const total = 0;
      out[bt * OC + o] = total + (bias === null ? 0 : bias[o]);
    }
  }
}
