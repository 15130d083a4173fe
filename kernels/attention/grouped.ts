// Attention whose queries share keys and values, and which may look back only so far. NH heads of queries are asked of NKV
// heads of keys and values, NH / NKV neighbours of one: a cache of keys and values is that much smaller. With NKV = NH it is
// the attention of GPT-2, with NKV = 1 all queries share one head. A query sees the `windowSize` last tokens, itself among them.
//
//   lse[h, t]  = log(sum_t2 exp(score[h, t, t2]))        over max(0, t - windowSize + 1) <= t2 <= t
//   out[h, t]  = sum_t2 exp(score[h, t, t2] - lse[h, t]) * v[g, t2],   score = q[h, t] k[g, t2] / sqrt(hs),   g = h / (NH / NKV)
//
// No table of weights is kept: see flash.ts, whose form this is.
//
// Sources: Shazeer 2019, "Fast Transformer Decoding", https://arxiv.org/abs/1911.02150 (NKV = 1); Ainslie et al. 2023, "GQA",
// https://arxiv.org/abs/2305.13245; the window as in Jiang et al. 2023, "Mistral 7B", https://arxiv.org/abs/2310.06825.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. Operations are counted as without a window: at most so many. */
export const signatures = {
  attentionGroupedForward: {
    arrays: { out: "B*T*NH*hs, written", lse: "B*NH*T, written", qkv: "B*T*(NH+2*NKV)*hs" },
    settings: ["windowSize"],
    sizes: ["B", "T", "NH", "NKV", "hs"],
    flops: "2*B*T*(T+1)*NH*hs",
    further: checkGrouping,
  },
  attentionGroupedBackward: {
    arrays: {
      dqkv: "B*T*(NH+2*NKV)*hs, added to",
      dout: "B*T*NH*hs",
      out: "B*T*NH*hs",
      qkv: "B*T*(NH+2*NKV)*hs",
      lse: "B*NH*T",
    },
    settings: ["windowSize"],
    sizes: ["B", "T", "NH", "NKV", "hs"],
    flops: "4*B*T*(T+1)*NH*hs",
    further: checkGrouping,
  },
} as const satisfies Signatures;

/**
 * Lets every token of each row attend to itself and to the window - 1 tokens before it.
 *
 * @throws RangeError if a size is not a positive integer, NKV does not divide NH, windowSize is
 *   neither a positive integer nor Infinity, or an array has another length than is written beside it
 */
export function attentionGroupedForward(
  out: Floats, // (B, T, NH, hs), written: answers of the heads, kept for the backward pass
  lse: Floats, // (B, NH, T), written: log of a row's sum of exponentials, kept likewise
  qkv: Floats, // (B, T, (NH + 2 NKV) hs): of each token NH queries, NKV keys, NKV values
  windowSize: number, // tokens that a query sees; Infinity: all up to itself
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(signatures, "attentionGroupedForward", { out, lse, qkv }, { B, T, NH, NKV, hs });
  checkGrouping({ windowSize, NH, NKV }, "attentionGroupedForward");
  const scale = 1 / Math.sqrt(hs);
  const row = (NH + 2 * NKV) * hs; // of a token

  out.fill(0);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = Math.floor(h / (NH / NKV));
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * row + h * hs;
        const o = ((b * T + t) * NH + h) * hs;

        let max = -Infinity;
        let sum = 0; // of exp(score - max) over the keys so far; out has the values, so weighted
        for (let t2 = Math.max(0, t - windowSize + 1); t2 <= t; t2++) {
          const k = (b * T + t2) * row + (NH + group) * hs;
          const v = k + NKV * hs;
          let score = 0;
          for (let i = 0; i < hs; i++) score += qkv[q + i] * qkv[k + i];
          score *= scale;

          // A larger score has turned up: what was summed against the old one is moved to the new.
          if (score > max) {
            const shift = Math.exp(max - score);
            sum *= shift;
            for (let i = 0; i < hs; i++) out[o + i] *= shift;
            max = score;
          }
          const e = Math.exp(score - max);
          sum += e;
          for (let i = 0; i < hs; i++) out[o + i] += e * qkv[v + i];
        }
        for (let i = 0; i < hs; i++) out[o + i] /= sum;
        lse[(b * NH + h) * T + t] = max + Math.log(sum);
      }
    }
  }
}

/**
 * Adds the gradient of a loss with respect to qkv, given its gradient with respect to out. It is that of flash.ts; a key and a
 * value that several heads of queries share gather the gradients of all of them.
 *
 * @throws RangeError as attentionGroupedForward
 */
export function attentionGroupedBackward(
  dqkv: Floats, // (B, T, (NH + 2 NKV) hs), added to: gradients of queries, keys and values
  dout: Floats, // (B, T, NH, hs)
  out: Floats, // (B, T, NH, hs), from the forward pass
  qkv: Floats, // (B, T, (NH + 2 NKV) hs)
  lse: Floats, // (B, NH, T), from the forward pass
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(
    signatures,
    "attentionGroupedBackward",
    { dqkv, dout, out, qkv, lse },
    { B, T, NH, NKV, hs },
  );
  checkGrouping({ windowSize, NH, NKV }, "attentionGroupedBackward");
  const scale = 1 / Math.sqrt(hs);
  const row = (NH + 2 * NKV) * hs;

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = Math.floor(h / (NH / NKV));
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * row + h * hs;
        const o = ((b * T + t) * NH + h) * hs;

        // sum_t2 att[t2] * datt[t2], which every dscore of the row needs, is sum_i dout[i] * out[i].
        let dattMean = 0;
        for (let i = 0; i < hs; i++) dattMean += dout[o + i] * out[o + i];

        for (let t2 = Math.max(0, t - windowSize + 1); t2 <= t; t2++) {
          const k = (b * T + t2) * row + (NH + group) * hs;
          const v = k + NKV * hs;
          let score = 0;
          let datt = 0; // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
          for (let i = 0; i < hs; i++) {
            score += qkv[q + i] * qkv[k + i];
            datt += dout[o + i] * qkv[v + i];
          }
          const att = Math.exp(score * scale - lse[(b * NH + h) * T + t]);

          // att = softmax(score), score[t, t2] = sum_i q[t, i] * k[t2, i] * scale
          const dscore = att * (datt - dattMean) * scale;
          for (let i = 0; i < hs; i++) {
            dqkv[q + i] += qkv[k + i] * dscore;
            dqkv[k + i] += qkv[q + i] * dscore;
            dqkv[v + i] += dout[o + i] * att;
          }
        }
      }
    }
  }
}

/** @throws RangeError if NKV does not divide NH, or windowSize is neither a positive integer nor Infinity */
export function checkGrouping(
  { windowSize, NH, NKV }: { windowSize: number; NH: number; NKV: number },
  kernel: string,
): void {
  if (NH % NKV !== 0) {
    throw new RangeError(
      `${kernel}: NKV is ${NKV}, expected a divisor of NH = ${NH}: each head of keys serves NH/NKV heads of queries`,
    );
  }
  if (windowSize !== Infinity && (!Number.isSafeInteger(windowSize) || windowSize < 1)) {
    throw new RangeError(
      `${kernel}: windowSize is ${windowSize}, expected a positive integer, or Infinity for all tokens`,
    );
  }
}
