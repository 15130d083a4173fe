// Attention without the table of weights. attention.ts keeps (B, NH, T, T) numbers, and then some, for the backward pass:
// with long texts that is most of the memory. Here each query goes through the keys once, keeping only the mean of the
// values so far, and leaves one number behind, from which the backward pass computes every weight again.
//
//   lse[t]     = log(sum_{t2 <= t} exp(score[t, t2]))            where score = q k / sqrt(hs), as in attention.ts
//   att[t, t2] = exp(score[t, t2] - lse[t])                      the softmax, wherever it is wanted
//
// Source: Dao et al. 2022, "FlashAttention", https://arxiv.org/abs/2205.14135. Equals attentionForward and
// attentionBackward, up to rounding: lse is stored in the arrays' precision, and a weight is off by as much, relatively, as
// lse is absolutely. In float32 that is 6e-8 of the score: 1e-5 where scores reach 100.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";
import { checkHeads } from "./attention.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  attentionFlashForward: {
    arrays: { out: "B*T*C, written", lse: "B*NH*T, written", inp: "B*T*3*C" },
    sizes: ["B", "T", "C", "NH"],
    flops: "2*B*T*(T+1)*C",
    further: ({ C, NH }, kernel) => checkHeads(kernel, C, NH),
  },
  attentionFlashBackward: {
    arrays: {
      dinp: "B*T*3*C, added to",
      dout: "B*T*C",
      out: "B*T*C",
      inp: "B*T*3*C",
      lse: "B*NH*T",
    },
    sizes: ["B", "T", "C", "NH"],
    flops: "4*B*T*(T+1)*C", // as where the weights are kept: scores computed again are not counted
    further: ({ C, NH }, kernel) => checkHeads(kernel, C, NH),
  },
} as const satisfies Signatures;

/**
 * Lets every token of each row attend to itself and to those before it, and keeps no weights.
 *
 * @throws RangeError if a size is not a positive integer, NH does not divide C, or an array has another length than is
 *   written beside it
 */
export function attentionFlashForward(
  out: Floats, // (B, T, C), written: the heads' answers side by side; kept for the backward pass
  lse: Floats, // (B, NH, T), written: log of each row's sum of exponentials, kept for the backward pass
  inp: Floats, // (B, T, 3C): for each token its queries, keys and values, head after head within each
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(signatures, "attentionFlashForward", { out, lse, inp }, { B, T, C, NH });
  checkHeads("attentionFlashForward", C, NH);
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs);

  out.fill(0);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const head = b * T * 3 * C + h * hs; // where the query of this head's token 0 begins
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs;

        let max = -Infinity;
        let sum = 0; // of exp(score - max) over the keys so far; out holds the values, weighted likewise
        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;
          const v = k + C;
          let score = 0;
          for (let i = 0; i < hs; i++) score += inp[q + i] * inp[k + i];
          score *= scale;

          // A larger score has turned up: what was summed against the old one is moved to the new,
          // exp(x - new) = exp(x - old) * exp(old - new).
          if (score > max) {
            const shift = Math.exp(max - score);
            sum *= shift;
            for (let i = 0; i < hs; i++) out[o + i] *= shift;
            max = score;
          }
          const e = Math.exp(score - max);
          sum += e;
          for (let i = 0; i < hs; i++) out[o + i] += e * inp[v + i];
        }
        for (let i = 0; i < hs; i++) out[o + i] /= sum;
        lse[(b * NH + h) * T + t] = max + Math.log(sum);
      }
    }
  }
}

/**
 * Adds the gradient of a loss with respect to inp, given its gradient with respect to out. Every weight is computed again
 * from inp and lse.
 *
 * @throws RangeError if a size is not a positive integer, NH does not divide C, or an array has another length than is
 *   written beside it
 */
export function attentionFlashBackward(
  dinp: Floats, // (B, T, 3C), added to: gradients of queries, keys and values
  dout: Floats, // (B, T, C)
  out: Floats, // (B, T, C), from the forward pass
  inp: Floats, // (B, T, 3C)
  lse: Floats, // (B, NH, T), from the forward pass
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(
    signatures,
    "attentionFlashBackward",
    { dinp, dout, out, inp, lse },
    { B, T, C, NH },
  );
  checkHeads("attentionFlashBackward", C, NH);
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs);

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const head = b * T * 3 * C + h * hs;
      for (let t = 0; t < T; t++) {
        const q = head + t * 3 * C;
        const o = (b * T + t) * C + h * hs;

        // The mean of the row's datt, weighted by att, which every dscore of the row needs. It needs no weights:
        // sum_t2 att[t2] * datt[t2] = sum_t2 att[t2] * sum_i dout[i] * v[t2, i] = sum_i dout[i] * out[i]
        let dattMean = 0;
        for (let i = 0; i < hs; i++) dattMean += dout[o + i] * out[o + i];

        for (let t2 = 0; t2 <= t; t2++) {
          const k = head + t2 * 3 * C + C;
          const v = k + C;
          let score = 0;
          let datt = 0; // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
          for (let i = 0; i < hs; i++) {
            score += inp[q + i] * inp[k + i];
            datt += dout[o + i] * inp[v + i];
          }
          const att = Math.exp(score * scale - lse[(b * NH + h) * T + t]);

          // att = softmax(score), score[t, t2] = sum_i q[t, i] * k[t2, i] * scale
          const dscore = att * (datt - dattMean) * scale;
          for (let i = 0; i < hs; i++) {
            dinp[q + i] += inp[k + i] * dscore;
            dinp[k + i] += inp[q + i] * dscore;
            dinp[v + i] += dout[o + i] * att;
          }
        }
      }
    }
  }
}
