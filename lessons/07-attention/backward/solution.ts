import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of the loss with respect to inp (queries, keys, values), preatt and att. */
export function attentionBackward(
  dinp: Floats, // (B, T, 3C), added to
  dpreatt: Floats, // (B, NH, T, T), added to; 0 before
  datt: Floats, // (B, NH, T, T), added to; 0 before
  dout: Floats, // (B, T, C)
  inp: Floats, // (B, T, 3C): for each token its queries, keys and values, head after head within each
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
      const head = b * T * 3 * C + h * hs; // where the query of this head's token 0 begins
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs; // in dout
        const row = ((b * NH + h) * T + t) * T; // in att, datt and dpreatt

        // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
        for (let t2 = 0; t2 <= t; t2++) {
          const v = head + t2 * 3 * C + 2 * C;
          for (let i = 0; i < hs; i++) {
            datt[row + t2] += dout[o + i] * inp[v + i];
            dinp[v + i] += att[row + t2] * dout[o + i];
          }
        }

        // att[t] = softmax(preatt[t])
        let dattMean = 0; // of the row's datt, weighted by att
        for (let t2 = 0; t2 <= t; t2++) dattMean += att[row + t2] * datt[row + t2];
        for (let t2 = 0; t2 <= t; t2++) {
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);
        }

        // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;
          const dscore = dpreatt[row + t2] * scale;
          for (let i = 0; i < hs; i++) {
            dinp[q + i] += dscore * inp[k + i];
            dinp[k + i] += dscore * inp[q + i];
          }
        }
      }
    }
  }
}
