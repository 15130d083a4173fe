// Attention for a text that grows: what earlier tokens offered, their keys and values, is still there, so only the new tokens
// ask. The table (T, 3C) that the other forms read holds the whole text, of which the last R tokens are new; with R = T this
// is attentionForward, with R = 1 one row of it: T dot products for each head, and not T*T.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";
import { checkHeads } from "./attention.ts";

/** What the kernel is called with, for every tier. */
export const signatures = {
  attentionCachedForward: {
    arrays: { out: "R*C, written", inp: "T*3*C" },
    sizes: ["R", "T", "C", "NH"],
    flops: "4*R*T*C",
    further({ R, T, C, NH }, kernel) {
      checkHeads(kernel, C, NH);
      checkNew(kernel, R, T);
    },
  },
} as const satisfies Signatures;

/**
 * Lets each of the last R tokens of one text attend to itself and to those before it. There is no backward pass: a text
 * that is trained on is known as a whole.
 *
 * @throws RangeError if a size is not a positive integer, NH does not divide C, R is over T, or an array has another length
 *   than is written beside it
 */
export function attentionCachedForward(
  out: Floats, // (R, C), written: the heads' answers to the new tokens, side by side
  inp: Floats, // (T, 3C): for each token its queries, keys and values; of queries the last R are read
  R: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(signatures, "attentionCachedForward", { out, inp }, { R, T, C, NH });
  checkHeads("attentionCachedForward", C, NH);
  checkNew("attentionCachedForward", R, T);
  const hs = C / NH;
  const scale = 1 / Math.sqrt(hs);
  const weights = new Float64Array(T); // of one query, in one head

  out.fill(0);
  for (let h = 0; h < NH; h++) {
    for (let r = 0; r < R; r++) {
      const t = T - R + r;
      const q = t * 3 * C + h * hs;
      let max = -Infinity;
      for (let t2 = 0; t2 <= t; t2++) {
        const k = t2 * 3 * C + h * hs + C;
        let score = 0;
        for (let i = 0; i < hs; i++) score += inp[q + i] * inp[k + i];
        weights[t2] = score * scale;
        max = Math.max(max, weights[t2]);
      }
      let sum = 0;
      for (let t2 = 0; t2 <= t; t2++) {
        weights[t2] = Math.exp(weights[t2] - max);
        sum += weights[t2];
      }
      const o = r * C + h * hs;
      for (let t2 = 0; t2 <= t; t2++) {
        const v = t2 * 3 * C + h * hs + 2 * C;
        const weight = weights[t2] / sum;
        for (let i = 0; i < hs; i++) out[o + i] += weight * inp[v + i];
      }
    }
  }
}

/** @throws RangeError if there are more new tokens than tokens */
export function checkNew(kernel: string, R: number, T: number): void {
  if (R > T) throw new RangeError(`${kernel}: R is ${R}, expected at most T = ${T}`);
}
