import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp (queries, keys, values), preatt and att. */
export function attentionBackward(
  dinp: Floats, // (B, T, 3C), added to
  dpreatt: Floats, // (B, NH, T, T), added to; 0 before
  datt: Floats, // (B, NH, T, T), added to; 0 before
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, 3C)
  att: Floats, // (B, NH, T, T), from the forward pass
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const queryAt = (t: number) => (b * T + t) * 3 * C + h * hs;
      const outAt = (t: number) => (b * T + t) * C + h * hs;
      const table = (b * NH + h) * T * T;

      // First by queries: datt, dpreatt and the gradients of the queries.
      for (let t = 0; t < T; t++) {
        const row = table + t * T;
        let dattMean = 0;
        for (let t2 = 0; t2 <= t; t2++) {
          const v = queryAt(t2) + 2 * C;
          for (let i = 0; i < hs; i++) datt[row + t2] += dout[outAt(t) + i] * inp[v + i];
          dattMean += att[row + t2] * datt[row + t2];
        }
        for (let t2 = 0; t2 <= t; t2++) {
          const k = queryAt(t2) + C;
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
          const dscore = dpreatt[row + t2] * scale;
          for (let i = 0; i < hs; i++) dinp[queryAt(t) + i] += dscore * inp[k + i];
        }
      }

      // Then by keys and values: what reaches token t2 from all tokens that look at it.
      for (let t2 = 0; t2 < T; t2++) {
        const k = queryAt(t2) + C;
        const v = queryAt(t2) + 2 * C;
        for (let t = t2; t < T; t++) {
          const weight = att[table + t2 * T + t];
          const dscore = dpreatt[table + t2 * T + t] * scale;
          for (let i = 0; i < hs; i++) {
            dinp[k + i] += dscore * inp[queryAt(t) + i];
            dinp[v + i] += weight * dout[outAt(t) + i];
          }
        }
      }
    }
  }
}
