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
      const m = mean[bt];
      const r = rstd[bt];

      // First look at the row: the two means that every dinp of this row needs.
      let dnormSum = 0;
      let dnormNormSum = 0;
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dnormSum += dnorm;
        dnormNormSum += dnorm * norm;
      }
      const dnormMean = dnormSum / C;
      const dnormNormMean = dnormNormSum / C;

      // Second look: the gradients themselves.
      for (let i = 0; i < C; i++) {
        const norm = (inp[row + i] - m) * r;
        const dnorm = dout[row + i] * weight[i];
        dbias[i] += dout[row + i];
        dweight[i] += dout[row + i] * norm;
        dinp[row + i] += r * (dnorm - dnormMean - norm * dnormNormMean);
      }
    }
  }
}
