// The example by hand: three tokens, the second one came. Both ways to its gradient, and what the kernels say.

import {
  crossentropyBackward,
  crossentropySoftmaxBackward,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const V = 3;
const logits = Float64Array.of(0, Math.log(2), Math.log(5));
const target = 1; // the second, counted from 0
const targets = Int32Array.of(target);
const dlosses = Float64Array.of(1);

const probs = new Float64Array(V);
softmaxForward(probs, logits, 1, 1, V, V);
console.log("p            ", list(probs));

// Through the probabilities: the one slope, and the target's row of the Jacobian.
const slope = -1 / probs[target];
const jacobian = probs.map((p, v) => probs[target] * ((v === target ? 1 : 0) - p));
console.log("-1/p         ", list(probs.map((_, v) => (v === target ? slope : 0))));
console.log("Jacobian     ", list(jacobian));
console.log("their product", list(jacobian.map((d) => slope * d)));

// Directly.
console.log("p - one-hot  ", list(probs.map((p, v) => p - (v === target ? 1 : 0))));

const dprobs = new Float64Array(V);
const twoKernels = new Float64Array(V);
crossentropyBackward(dprobs, dlosses, probs, targets, 1, 1, V);
softmaxBackward(twoKernels, dprobs, probs, 1, 1, V, V);
const oneKernel = new Float64Array(V);
crossentropySoftmaxBackward(oneKernel, dlosses, probs, targets, 1, 1, V, V);
console.log("\ntwo kernels  ", list(twoKernels));
console.log("one kernel   ", list(oneKernel));

function list(row: Float64Array): string {
  return Array.from(row, (x) => x.toFixed(3).padStart(8)).join("");
}
