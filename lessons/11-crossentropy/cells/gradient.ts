// What the figure begins with: the model's logits after "To be, or not to", and the token that came.

import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

export const tokens = ["be", "go", "see", "have", "die", "the"];
export const logits = Float64Array.of(2, 1, 0.5, 0, -1, -3);
export const target = 2; // "see"

const V = logits.length;
const probs = new Float64Array(V);
softmaxForward(probs, logits, 1, 1, V, V);
const losses = new Float64Array(1);
crossentropyForward(losses, probs, Int32Array.of(target), 1, 1, V);

console.log(
  `p of "${tokens[target]}" is ${probs[target].toFixed(3)}, loss ${losses[0].toFixed(3)}`,
);
