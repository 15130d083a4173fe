import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp and weight. */
export function rmsnormBackward(
  dinp: Floats, // (B, T, C), added to
  dweight: Floats, // (C), added to
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, C)
  weight: Floats, // (C)
  rstd: Floats, // (B, T), from the forward pass
  B: number,
  T: number,
  C: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * C;
      const r = rstd[bt];

      // TODO: dinp needs a mean over this row: find it first, in a loop of its own.

      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r; // out_i = norm_i * weight_i
        dweight[i] += 0 * norm; // TODO
        // TODO: dinp[row + i]
      }
    }
  }
}
