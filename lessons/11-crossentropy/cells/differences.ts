// The gradient check: every logit is moved, and the loss is computed again. In float64, with h = 1e-5.

import {
  crossentropyBackward,
  crossentropyForward,
  crossentropySoftmaxBackward,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const [B, T, V, Vp] = [2, 3, 5, 8];
export const h = 1e-5;
const logits = Float64Array.from({ length: B * T * Vp }, (_, i) => 2 * Math.sin(7 * i));
export const targets = Int32Array.of(4, 0, 2, 2, 1, 3);
const dlosses = new Float64Array(B * T).fill(1 / (B * T)); // the mean of the losses
const probs = new Float64Array(B * T * Vp);
const losses = new Float64Array(B * T);

// From the logits, through softmax.
const dlogits = new Float64Array(B * T * Vp);
meanFromLogits();
export const p = probs.slice();
crossentropySoftmaxBackward(dlogits, dlosses, p, targets, B, T, V, Vp);
export const dlogitsError = compare("dlogits", dlogits, differences(logits, meanFromLogits));

// From the probabilities alone, as if each could be moved and the others stayed.
const dprobs = new Float64Array(B * T * Vp);
probs.set(p);
crossentropyBackward(dprobs, dlosses, p, targets, B, T, Vp);
export const dprobsError = compare("dprobs ", dprobs, differences(probs, meanFromProbs));

function meanFromLogits(): number {
  softmaxForward(probs, logits, B, T, V, Vp);
  return meanFromProbs();
}

function meanFromProbs(): number {
  crossentropyForward(losses, probs, targets, B, T, Vp);
  return losses.reduce((sum, loss) => sum + loss, 0) / (B * T);
}

/** Of `loss` with respect to every number of x. */
function differences(x: Float64Array, loss: () => number): Float64Array {
  return x.slice().map((value, i) => {
    x[i] = value + h;
    const above = loss();
    x[i] = value - h;
    const below = loss();
    x[i] = value;
    return (above - below) / (2 * h);
  });
}

/** The length of their difference, beside the length of one of them. */
function compare(name: string, gradient: Float64Array, by: Float64Array): number {
  const distance = Math.hypot(...gradient.map((g, i) => g - by[i]));
  const error = distance / Math.hypot(...by);
  console.log(`${name}: relative error ${error.toExponential(1)} over ${by.length} numbers`);
  return error;
}
