// The attention of grouped.ts for a text that grows: what earlier tokens offered, their keys and values, is still there, so
// only the new tokens ask. It is to grouped.ts what cached.ts is to attention.ts. The table (T, (NH + 2 NKV) hs) holds the
// whole text, of which the last R tokens are new; a window makes even one row of the table cheap, however long the text.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";
import { checkNew } from "./cached.ts";
import { checkGrouping } from "./grouped.ts";

/** What the kernel is called with, for every tier. Operations are counted as without a window: at most so many. */
export const signatures = {
  attentionGroupedCachedForward: {
    arrays: { out: "R*NH*hs, written", qkv: "T*(NH+2*NKV)*hs" },
    settings: ["windowSize"],
    sizes: ["R", "T", "NH", "NKV", "hs"],
    flops: "4*R*T*NH*hs",
    further({ windowSize, R, T, NH, NKV }, kernel) {
      checkGrouping({ windowSize, NH, NKV }, kernel);
      checkNew(kernel, R, T);
    },
  },
} as const satisfies Signatures;

/**
 * Lets each of the last R tokens of one text attend to itself and to the window - 1 tokens before it. There is no backward
 * pass: a text that is trained on is known as a whole.
 *
 * @throws RangeError if a size is not a positive integer, NKV does not divide NH, windowSize is neither a positive integer nor
 *   Infinity, R is over T, or an array has another length than is written beside it
 */
export function attentionGroupedCachedForward(
  out: Floats, // (R, NH, hs), written: the heads' answers to the new tokens, side by side
  qkv: Floats, // (T, (NH + 2 NKV) hs): of each token NH queries, NKV keys, NKV values; of queries the last R are read
  windowSize: number, // tokens that a query sees; Infinity: all up to itself
  R: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  checkArguments(signatures, "attentionGroupedCachedForward", { out, qkv }, { R, T, NH, NKV, hs });
  checkGrouping({ windowSize, NH, NKV }, "attentionGroupedCachedForward");
  checkNew("attentionGroupedCachedForward", R, T);
  const scale = 1 / Math.sqrt(hs);
  const row = (NH + 2 * NKV) * hs; // of a token
  const weights = new Float64Array(T); // of one query, in one head

  out.fill(0);
  for (let h = 0; h < NH; h++) {
    const group = Math.floor(h / (NH / NKV));
    for (let r = 0; r < R; r++) {
      const t = T - R + r;
      const from = Math.max(0, t - windowSize + 1);
      const q = t * row + h * hs;
      let max = -Infinity;
      for (let t2 = from; t2 <= t; t2++) {
        const k = t2 * row + (NH + group) * hs;
        let score = 0;
        for (let i = 0; i < hs; i++) score += qkv[q + i] * qkv[k + i];
        weights[t2] = score * scale;
        max = Math.max(max, weights[t2]);
      }
      let sum = 0;
      for (let t2 = from; t2 <= t; t2++) {
        weights[t2] = Math.exp(weights[t2] - max);
        sum += weights[t2];
      }
      const o = (r * NH + h) * hs;
      for (let t2 = from; t2 <= t; t2++) {
        const v = t2 * row + (NH + NKV + group) * hs;
        const weight = weights[t2] / sum;
        for (let i = 0; i < hs; i++) out[o + i] += weight * qkv[v + i];
      }
    }
  }
}
