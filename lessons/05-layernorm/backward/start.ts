import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp, weight and bias. */
export function layernormBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (C), added to
  dbias: Floats, // (C), added to
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  mean: Floats, // (B, T), from the forward pass
  rstd: Floats, // (B, T), from the forward pass
  B: number,
  T: number,
  C: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;

      // TODO: dinp needs two means over this row: find them first, in a loop of their own.

      for (let i = 0; i < C; i++) {
        dbias[i] += dout[row + i]; // out_i = norm_i * weight_i + bias_i
        // TODO: dweight[i]
        // TODO: dinp[row + i]
      }
    }
  }
}
