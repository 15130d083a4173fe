// The attention of grouped.ts with its table of weights, as attention.ts keeps it: NH heads of queries are asked of NKV heads of
// keys and values, and a query sees the `windowSize` last tokens, itself among them. What is shared saves keys and values,
// not scores: the table has a row for every head of queries.
//
//   preatt[h, t, t2] = sum_i q[h, t, i] * k[g, t2, i] / sqrt(hs)     over max(0, t - windowSize + 1) <= t2 <= t
//   att[h, t, t2]    = exp(preatt[h, t, t2]) / sum_t3 exp(preatt[h, t, t3])
//   out[h, t, i]     = sum_t2 att[h, t, t2] * v[g, t2, i]            where g = h / (NH / NKV), rounded down
//
// Sources as of grouped.ts. Equals PyTorch's softmax(scores.masked_fill(out of the window, -inf)) @ v with keys and values
// repeated by torch.repeat_interleave. Dot products and the softmax's sums are float64; sums of vectors are kept in place, in
// the arrays' own precision.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";
import { checkGrouping } from "./grouped.ts";

/** What each kernel is called with, for every tier. Operations are counted as without a window: at most so many. */
export const signatures = {
  attentionGroupedKeptForward: {
    arrays: {
      out: "B*T*NH*hs, written",
      preatt: "B*NH*T*T, written",
      att: "B*NH*T*T, written",
      qkv: "B*T*(NH+2*NKV)*hs",
    },
    settings: ["windowSize"],
    sizes: ["B", "T", "NH", "NKV", "hs"],
    flops: "2*B*T*(T+1)*NH*hs",
    further: checkGrouping,
  },
  attentionGroupedKeptBackward: {
    arrays: {
      dqkv: "B*T*(NH+2*NKV)*hs, added to",
      dpreatt: "B*NH*T*T, added to",
      datt: "B*NH*T*T, added to",
      dout: "B*T*NH*hs",
      qkv: "B*T*(NH+2*NKV)*hs",
      att: "B*NH*T*T",
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
 * For tokens that a query does not see, later ones and those before its window, both preatt and att are set to 0: such a
 * score is never computed and has no weight.
 *
 * @throws RangeError if a size is not a positive integer, NKV does not divide NH, windowSize is neither a positive integer nor
 *   Infinity, or an array has another length than is written beside it
 */
export function attentionGroupedKeptForward(
  out: Floats, // (B, T, NH, hs), written: the heads' answers side by side
  preatt: Floats, // (B, NH, T, T), written: scores
  att: Floats, // (B, NH, T, T), written: weights, each row sums to 1; kept for the backward pass
  qkv: Floats, // (B, T, (NH + 2 NKV) hs): of each token NH queries, NKV keys, NKV values
  windowSize: number, // tokens that a query sees; Infinity: all up to itself
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(
    signatures,
    "attentionGroupedKeptForward",
    { out, preatt, att, qkv },
    { B, T, NH, NKV, hs },
  );
  checkGrouping({ windowSize, NH, NKV }, "attentionGroupedKeptForward");
  const scale = 1 / Math.sqrt(hs);
  const token = (NH + 2 * NKV) * hs; // values of one token

  out.fill(0);
  preatt.fill(0);
  att.fill(0);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = Math.floor(h / (NH / NKV));
      for (let t = 0; t < T; t++) {
        const from = Math.max(0, t - windowSize + 1);
        const q = (b * T + t) * token + h * hs;
        const row = ((b * NH + h) * T + t) * T;

        let max = -Infinity;
        for (let t2 = from; t2 <= t; t2++) {
          const k = (b * T + t2) * token + (NH + group) * hs;
          let score = 0;
          for (let i = 0; i < hs; i++) score += qkv[q + i] * qkv[k + i];
          preatt[row + t2] = score * scale;
          max = Math.max(max, preatt[row + t2]);
        }

        // The largest score is taken off all: the weights stay the same and exp cannot overflow.
        let sum = 0;
        for (let t2 = from; t2 <= t; t2++) {
          const e = Math.exp(preatt[row + t2] - max);
          sum += e;
          att[row + t2] = e;
        }
        for (let t2 = from; t2 <= t; t2++) att[row + t2] /= sum;

        const o = ((b * T + t) * NH + h) * hs;
        for (let t2 = from; t2 <= t; t2++) {
          const v = (b * T + t2) * token + (NH + NKV + group) * hs;
          const weight = att[row + t2];
          for (let i = 0; i < hs; i++) out[o + i] += weight * qkv[v + i];
        }
      }
    }
  }
}

/**
 * Adds the gradients of a loss with respect to qkv, preatt and att, given its gradient with respect to out. It is that of
 * attention.ts; a key and a value that several heads of queries share gather the gradients of all of them.
 *
 * dpreatt and datt are outputs too, zeroed by the caller like dqkv: what they hold on entry is taken for a gradient that
 * reaches preatt or att some other way, and flows on into dpreatt and dqkv. For tokens that a query does not see they are
 * neither read nor written.
 *
 * @throws RangeError as attentionGroupedKeptForward
 */
export function attentionGroupedKeptBackward(
  dqkv: Floats, // (B, T, (NH + 2 NKV) hs), added to: gradients of queries, keys and values
  dpreatt: Floats, // (B, NH, T, T), added to
  datt: Floats, // (B, NH, T, T), added to
  dout: Floats, // (B, T, NH, hs)
  qkv: Floats, // (B, T, (NH + 2 NKV) hs)
  att: Floats, // (B, NH, T, T), from the forward pass
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(
    signatures,
    "attentionGroupedKeptBackward",
    { dqkv, dpreatt, datt, dout, qkv, att },
    { B, T, NH, NKV, hs },
  );
  checkGrouping({ windowSize, NH, NKV }, "attentionGroupedKeptBackward");
  const scale = 1 / Math.sqrt(hs);
  const token = (NH + 2 * NKV) * hs;

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = Math.floor(h / (NH / NKV));
      for (let t = 0; t < T; t++) {
        const from = Math.max(0, t - windowSize + 1);
        const q = (b * T + t) * token + h * hs;
        const o = ((b * T + t) * NH + h) * hs;
        const row = ((b * NH + h) * T + t) * T;

        // out[t, i] = sum_t2 att[t, t2] * v[t2, i]
        let dattMean = 0; // of the row's datt, weighted by att: every dpreatt of the row needs it
        for (let t2 = from; t2 <= t; t2++) {
          const v = (b * T + t2) * token + (NH + NKV + group) * hs;
          const weight = att[row + t2];
          let sum = 0;
          for (let i = 0; i < hs; i++) {
            sum += dout[o + i] * qkv[v + i];
            dqkv[v + i] += dout[o + i] * weight;
          }
          datt[row + t2] += sum;
          dattMean += weight * datt[row + t2];
        }

        for (let t2 = from; t2 <= t; t2++) {
          // att = softmax(preatt) over the window: what is out of it has no weight, and so no part in the mean.
          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);

          // preatt[t, t2] = sum_i q[t, i] * k[t2, i] * scale
          const k = (b * T + t2) * token + (NH + group) * hs;
          const dscore = dpreatt[row + t2] * scale;
          for (let i = 0; i < hs; i++) {
            dqkv[q + i] += qkv[k + i] * dscore;
            dqkv[k + i] += qkv[q + i] * dscore;
          }
        }
      }
    }
  }
}
