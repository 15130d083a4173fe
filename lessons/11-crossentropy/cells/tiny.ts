// The same gradient in two kernels and in one, in float32, as the target's logit falls further and further behind.

import {
  crossentropyBackward,
  crossentropySoftmaxBackward,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const V = 3;
const target = 1;
const targets = Int32Array.of(target);
const dlosses = Float32Array.of(1);

console.log("behind      p       -1/p   two kernels   one kernel");
for (const behind of [1, 10, 50, 85, 90, 100, 110]) {
  const logits = Float32Array.of(0, -behind, -1);
  const probs = new Float32Array(V);
  softmaxForward(probs, logits, 1, 1, V, V);

  const dprobs = new Float32Array(V);
  const two = new Float32Array(V);
  crossentropyBackward(dprobs, dlosses, probs, targets, 1, 1, V);
  softmaxBackward(two, dprobs, probs, 1, 1, V, V);

  const one = new Float32Array(V);
  crossentropySoftmaxBackward(one, dlosses, probs, targets, 1, 1, V, V);

  const [p, slope] = [probs[target], dprobs[target]].map((x) => x.toExponential(1));
  const [a, b] = [two[target], one[target]].map((x) => x.toFixed(4));
  console.log(
    `${behind}`.padStart(5),
    p.padStart(9),
    slope.padStart(10),
    a.padStart(12),
    b.padStart(12),
  );
}
