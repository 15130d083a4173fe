import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp, weight and bias. */
export function matmulBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (OC, C), added to
  dbias: Floats | null, // (OC), added to, or null where there is no bias
  dout: Floats, // (B, T, OC)
  inp: Floats, // (B, T, C)
  weight: Floats, // (OC, C)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    for (let o = 0; o < OC; o++) {
      // out[bt, o] = sum over i of inp[bt, i] * weight[o, i], plus bias[o]
      // TODO: dbias[o], where there is a bias

      for (let i = 0; i < C; i++) {
        // TODO: dinp[bt * C + i]
        // TODO: dweight[o * C + i]
      }
    }
  }
}
