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
  const dnorm = new Float64Array(C); // for one row, and used again for the next
  const norm = new Float64Array(C);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const row = (b * T + t) * C;
      for (let i = 0; i < C; i++) {
        norm[i] = (inp[row + i] - mean[t]) * rstd[t];
        dnorm[i] = dout[row + i] * weight[i];
        dbias[i] += dout[row + i];
        dweight[i] += dout[row + i] * norm[i];
      }

      let dnormMean = 0;
      let dnormNormMean = 0;
      for (let i = 0; i < C; i++) {
        dnormMean += dnorm[i] / C;
        dnormNormMean += (dnorm[i] * norm[i]) / C;
      }
      for (let i = 0; i < C; i++) {
        dinp[row + i] += (dnorm[i] - dnormMean - norm[i] * dnormNormMean) * rstd[t];
      }
    }
  }
}
