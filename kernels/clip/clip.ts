// Gradient clipping: if all gradients of the model, taken as one long vector, are longer than maxNorm, that vector is
// shortened to maxNorm and keeps its direction. One batch of unusual text then cannot throw the weights far off.
//
//   norm = sqrt(sum over all tensors of sum_i grads_i^2)
//   grads_i *= min(1, maxNorm / (norm + 1e-6))
//
// Two kernels, because every tensor shares one norm: call gradientSquares for each tensor, then clipGradients for each.
//
// Source: Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks",
// https://arxiv.org/abs/1211.5063. Equals torch.nn.utils.clip_grad_norm_. Running sums are float64 (a JS number).

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  gradientSquares: {
    arrays: { sum: "1, added to", grads: "N" },
    sizes: ["N"],
    flops: "2*N",
  },
  clipGradients: {
    arrays: { grads: "N, updated", sum: "1" },
    settings: ["maxNorm"],
    sizes: ["N"],
    flops: "N",
    further: ({ maxNorm }) => checkMaxNorm(maxNorm),
  },
} as const satisfies Signatures;

/**
 * Adds the squares of one tensor's gradients to the sum over the whole model. The caller begins with sum[0] = 0.
 *
 * sum is one value of the arrays' own type: in float32 it overflows to infinity at a norm of 1.8e19.
 *
 * @throws RangeError if N is not a positive integer or an array has another length than is written beside it
 */
export function gradientSquares(
  sum: Floats, // (1), added to
  grads: Floats, // (N)
  N: number,
): void {
  checkArguments(signatures, "gradientSquares", { sum, grads }, { N });
  let squares = 0;
  for (let i = 0; i < N; i++) squares += grads[i] * grads[i];
  sum[0] += squares;
}

/**
 * Scales one tensor's gradients by the factor that brings the norm of the whole model down to maxNorm, or leaves them
 * alone if it is not over it. A norm that is NaN makes every gradient NaN, as in PyTorch: look at the norm first.
 *
 * @throws RangeError if N is not a positive integer, maxNorm is not over 0, or an array has another length than is
 *   written beside it
 */
export function clipGradients(
  grads: Floats, // (N), scaled
  sum: Floats, // (1), the sum that gradientSquares gathered over all tensors
  maxNorm: number, // GPT-2's training uses 1; Infinity clips nothing
  N: number,
): void {
  checkArguments(signatures, "clipGradients", { grads, sum }, { N });
  checkMaxNorm(maxNorm);
  const norm = Math.sqrt(sum[0]);
  const factor = Math.min(1, maxNorm / (norm + 1e-6)); // 1e-6, as in PyTorch: no division by 0
  for (let i = 0; i < N; i++) grads[i] *= factor;
}

/** @throws RangeError if maxNorm is not over 0 */
function checkMaxNorm(maxNorm: number): void {
  if (typeof maxNorm !== "number" || !(maxNorm > 0)) {
    throw new RangeError(`clipGradients: maxNorm is ${maxNorm}, expected a number over 0`);
  }
}
