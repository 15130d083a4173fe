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

      // First look at the row: the mean that every dinp of this row needs.
      let dnormNormSum = 0;
      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dnormNormSum += dnorm * norm;
      }
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = inp[row + i] * r;
        const dnorm = dout[row + i] * weight[i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r * (dnorm - norm * dnormNormMean);
      }
    }
  }
}
