// Cross-entropy: the loss. How surprised the model is, at every position, by the token that in fact comes next.
// In nats: a model that knows nothing is surprised by log(V).
//
//   loss = -log(probs[target])                               given probabilities
//        = log(sum_j exp(logits_j)) - logits[target]         given logits: softmax and loss in one
//
// Equals torch.nn.functional.nll_loss(probs.log(), targets, reduction="none"), and, from logits,
// torch.nn.functional.cross_entropy(logits[..., :V], targets, reduction="none") (both take the classes as dimension 1).
// Rows are Vp long; columns from V on are padding. Running sums are float64 (a JS number).

import {
  checkArguments,
  checkIds,
  checkVocabulary,
  type Floats,
  type Ints,
} from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  crossentropyForward: {
    arrays: { losses: "B*T, written", probs: "B*T*Vp", targets: "B*T, ids" },
    sizes: ["B", "T", "Vp"],
    flops: "B*T",
    moved: "3*B*T", // of each row only the target's
    further: ({ targets, Vp }, kernel) => checkIds(kernel, "targets", targets, Vp),
  },
  crossentropyBackward: {
    arrays: { dprobs: "B*T*Vp, added to", dlosses: "B*T", probs: "B*T*Vp", targets: "B*T, ids" },
    sizes: ["B", "T", "Vp"],
    flops: "2*B*T",
    moved: "5*B*T", // of each row only the target's
    further: ({ targets, Vp }, kernel) => checkIds(kernel, "targets", targets, Vp),
  },
  crossentropySoftmaxBackward: {
    arrays: { dlogits: "B*T*Vp, added to", dlosses: "B*T", probs: "B*T*Vp", targets: "B*T, ids" },
    sizes: ["B", "T", "V", "Vp"],
    flops: "3*B*T*V",
    further: checkTargets,
  },
  crossentropySoftmaxFused: {
    arrays: {
      logits: "B*T*Vp, updated",
      losses: "B*T, written",
      dlosses: "B*T",
      targets: "B*T, ids",
    },
    sizes: ["B", "T", "V", "Vp"],
    flops: "5*B*T*V",
    further: checkTargets,
  },
  crossentropyMean: {
    arrays: { mean: "1, written", losses: "N" },
    sizes: ["N"],
    flops: "N",
  },
} as const satisfies Signatures;

/**
 * Computes the loss of each position from its probabilities. A target of probability 0 has the loss Infinity.
 *
 * @throws RangeError if a size is not a positive integer, an array has another length than is written beside it, or a
 *   target is not a column
 */
export function crossentropyForward(
  losses: Floats, // (B, T), written, in nats
  probs: Floats, // (B, T, Vp)
  targets: Ints, // (B, T), token ids from 0 to Vp - 1
  B: number,
  T: number,
  Vp: number,
): void {
  checkArguments(signatures, "crossentropyForward", { losses, probs, targets }, { B, T, Vp });
  checkIds("crossentropyForward", "targets", targets, Vp);
  for (let bt = 0; bt < B * T; bt++) {
    losses[bt] = -Math.log(probs[bt * Vp + targets[bt]]);
  }
}

/**
 * Adds the gradient of a loss with respect to probs, given its gradient with respect to losses.
 *
 * Only the probability of the target occurs in the loss, so only its gradient changes. Where that probability is 0 its
 * gradient is infinite: train through `crossentropySoftmaxBackward`, which has no division.
 *
 * @throws RangeError if a size is not a positive integer, an array has another length than is written beside it, or a
 *   target is not a column
 */
export function crossentropyBackward(
  dprobs: Floats, // (B, T, Vp), added to
  dlosses: Floats, // (B, T)
  probs: Floats, // (B, T, Vp)
  targets: Ints, // (B, T), token ids from 0 to Vp - 1
  B: number,
  T: number,
  Vp: number,
): void {
  checkArguments(
    signatures,
    "crossentropyBackward",
    { dprobs, dlosses, probs, targets },
    { B, T, Vp },
  );
  checkIds("crossentropyBackward", "targets", targets, Vp);
  for (let bt = 0; bt < B * T; bt++) {
    const target = bt * Vp + targets[bt];
    dprobs[target] -= dlosses[bt] / probs[target]; // loss = -log(p): dloss/dp = -1 / p
  }
}

/**
 * Adds the gradient of a loss with respect to the logits, through softmax and cross-entropy at once, given its gradient
 * with respect to losses.
 *
 * With  loss = log(sum_j exp(logits_j)) - logits[target]  the 1/p of cross-entropy cancels against the p of softmax:
 *
 *   dloss / dlogits_i = exp(logits_i) / sum_j exp(logits_j) - 1[i = target] = probs_i - 1[i = target]
 *
 * @throws RangeError if a size is not a positive integer, V is over Vp, an array has another length than is written
 *   beside it, or a target is not a token
 */
export function crossentropySoftmaxBackward(
  dlogits: Floats, // (B, T, Vp), added to; columns from V on have gradient 0 and stay as they are
  dlosses: Floats, // (B, T)
  probs: Floats, // (B, T, Vp), from softmaxForward
  targets: Ints, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  checkArguments(
    signatures,
    "crossentropySoftmaxBackward",
    { dlogits, dlosses, probs, targets },
    { B, T, V, Vp },
  );
  checkTargets({ targets, V, Vp }, "crossentropySoftmaxBackward");
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;
    const target = targets[bt];
    const dloss = dlosses[bt];
    for (let i = 0; i < V; i++) {
      const indicator = i === target ? 1 : 0;
      dlogits[row + i] += (probs[row + i] - indicator) * dloss;
    }
  }
}

/**
 * Computes the loss of each position from its logits, and OVERWRITES the logits with their gradient: the one kernel of
 * the backward pass that does not add to what is there.
 *
 * Logits, probabilities and dlogits are the largest arrays of the whole model: B*T*Vp values each. Written over one
 * another, and run on a few rows at a time, none of them ever exists whole.
 *
 * The loss is finite also where the probability of the target underflows to 0, and keeps its digits where it is all but 1.
 *
 * @throws RangeError if a size is not a positive integer, V is over Vp, an array has another length than is written
 *   beside it, or a target is not a token
 */
export function crossentropySoftmaxFused(
  logits: Floats, // (B, T, Vp), overwritten with dlogits; columns from V on are not read and become 0
  losses: Floats, // (B, T), written, in nats
  dlosses: Floats, // (B, T), the gradient with respect to losses: 1 / (B*T) each, where their mean is trained on
  targets: Ints, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  checkArguments(
    signatures,
    "crossentropySoftmaxFused",
    { logits, losses, dlosses, targets },
    { B, T, V, Vp },
  );
  checkTargets({ targets, V, Vp }, "crossentropySoftmaxFused");
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;
    const target = row + targets[bt];
    const dloss = dlosses[bt];

    // Taken from every logit, so that the largest exponent is 0 and nothing overflows. It cancels from the result.
    let max = -Infinity;
    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);
    const targetLogit = logits[target] - max; // before it is overwritten

    let others = 0; // the sum of exponentials without the target's
    for (let i = 0; i < V; i++) {
      const e = Math.exp(logits[row + i] - max);
      logits[row + i] = e;
      if (row + i !== target) others += e;
    }
    const sum = others + Math.exp(targetLogit);

    // log(sum) - targetLogit. Where the model is sure of the target, sum is 1 + others, and adding the 1 would cost the
    // digits of a small loss: log1p does without.
    losses[bt] = targetLogit === 0 ? Math.log1p(others) : Math.log(sum) - targetLogit;

    const scale = dloss / sum;
    for (let i = 0; i < V; i++) logits[row + i] *= scale; // probs_i * dloss
    logits[target] = -others * scale; // (probs_i - 1) * dloss: the target is short of 1 by what the others have
    logits.fill(0, row + V, row + Vp);
  }
}

/**
 * Computes the mean of N losses: the one number that training makes smaller.
 *
 * @throws RangeError if N is not a positive integer or an array has another length than is written beside it
 */
export function crossentropyMean(
  mean: Floats, // (1), written, in nats
  losses: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "crossentropyMean", { mean, losses }, { N });
  let sum = 0;
  for (let i = 0; i < N; i++) sum += losses[i];
  mean[0] = sum / N;
}

/** @throws RangeError if V is over Vp, or a target is no token */
function checkTargets(
  { targets, V, Vp }: { targets: Ints; V: number; Vp: number },
  kernel: string,
): void {
  checkVocabulary(kernel, V, Vp);
  checkIds(kernel, "targets", targets, V);
}
