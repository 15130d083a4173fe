// Softmax: turns the V scores (logits) of every position into V probabilities, each above 0, that sum to 1.
//
//   probs_i = exp(logits_i - max) / sum_j exp(logits_j - max)
//
// Taking max from every logit changes nothing, as exp(-max) cancels from the fraction; but the largest exponent is then
// 0, so that nothing overflows. Rows are Vp long, V rounded up for the sake of speed: columns from V on are padding,
// whose logits mean nothing and whose probability is exactly 0.
//
// Source: Bridle 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs".
// Equals torch.softmax(logits[..., :V], dim=-1) followed by zeros. Running sums are float64 (a JS number).

import { checkArguments, checkVocabulary, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  softmaxForward: {
    arrays: { probs: "B*T*Vp, written", logits: "B*T*Vp" },
    sizes: ["B", "T", "V", "Vp"],
    flops: "5*B*T*V",
    further: ({ V, Vp }, kernel) => checkVocabulary(kernel, V, Vp),
  },
  softmaxBackward: {
    arrays: { dlogits: "B*T*Vp, added to", dprobs: "B*T*Vp", probs: "B*T*Vp" },
    sizes: ["B", "T", "V", "Vp"],
    flops: "5*B*T*V",
    further: ({ V, Vp }, kernel) => checkVocabulary(kernel, V, Vp),
  },
} as const satisfies Signatures;

/**
 * Computes the probabilities of each of the B*T rows. probs may be the same array as logits, which it then overwrites.
 *
 * @throws RangeError if a size is not a positive integer, V is over Vp, or an array has another length than is written
 *   beside it
 */
export function softmaxForward(
  probs: Floats, // (B, T, Vp), written; columns from V on become 0
  logits: Floats, // (B, T, Vp); columns from V on are not read
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  checkArguments(signatures, "softmaxForward", { probs, logits }, { B, T, V, Vp });
  checkVocabulary("softmaxForward", V, Vp);
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

    let max = -Infinity;
    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);

    let sum = 0;
    for (let i = 0; i < V; i++) {
      const e = Math.exp(logits[row + i] - max);
      probs[row + i] = e;
      sum += e;
    }

    const scale = 1 / sum; // sum is at least 1: the largest logit alone gives exp(0)
    for (let i = 0; i < V; i++) probs[row + i] *= scale;
    probs.fill(0, row + V, row + Vp);
  }
}

/**
 * Adds the gradient of a loss with respect to logits, given its gradient with respect to probs.
 *
 * Each logit moves every probability of its row, since it is in the sum that all are divided by:
 *
 *   d probs_i / d logits_j = probs_i (1[i = j] - probs_j)
 *   dlogits_j = sum_i dprobs_i * d probs_i / d logits_j = probs_j (dprobs_j - sum_i probs_i dprobs_i)
 *
 * @throws RangeError if a size is not a positive integer, V is over Vp, or an array has another length than is written
 *   beside it
 */
export function softmaxBackward(
  dlogits: Floats, // (B, T, Vp), added to; columns from V on have gradient 0 and stay as they are
  dprobs: Floats, // (B, T, Vp); columns from V on are not read
  probs: Floats, // (B, T, Vp), from the forward pass
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  checkArguments(signatures, "softmaxBackward", { dlogits, dprobs, probs }, { B, T, V, Vp });
  checkVocabulary("softmaxBackward", V, Vp);
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

    let mean = 0; // of dprobs, weighted by the probabilities
    for (let i = 0; i < V; i++) mean += probs[row + i] * dprobs[row + i];

    // probs_i = exp(logits_i) / sum: one term through the numerator, one through the sum.
    for (let i = 0; i < V; i++) dlogits[row + i] += probs[row + i] * (dprobs[row + i] - mean);
  }
}
