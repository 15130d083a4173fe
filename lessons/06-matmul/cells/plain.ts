import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** out = inp weight^T + bias, one number of out after another. */
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
  for (let bt = 0; bt < B * T; bt++) {
    for (let o = 0; o < OC; o++) {
      let sum = bias === null ? 0 : bias[o];
      for (let i = 0; i < C; i++) sum += inp[bt * C + i] * weight[o * C + i];
      out[bt * OC + o] = sum;
    }
  }
}
