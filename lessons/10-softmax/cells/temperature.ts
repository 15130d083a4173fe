// Six scores at forty-one temperatures, and how undecided the model is at each.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

// Invented scores for what may come after "to be or not to":
export const words = [" be", " have", " do", " say", " sleep", " seven"];
const scores = Float64Array.of(6, 4.5, 4, 3, 2.5, -1);

const V = scores.length;
const steps = 41;
export const temperatures = Float64Array.from({ length: steps }, (_, k) => 10 ** (-1 + k / 20));

// One row of logits for each temperature: the scores, divided by it.
const logits = new Float64Array(steps * V);
for (let k = 0; k < steps; k++) {
  for (let i = 0; i < V; i++) logits[k * V + i] = scores[i] / temperatures[k];
}
export const probs = new Float64Array(steps * V);
softmaxForward(probs, logits, 1, steps, V, V);

export const entropies = temperatures.map((_, k) => {
  let sum = 0;
  for (const p of probs.subarray(k * V, (k + 1) * V)) if (p > 0) sum -= p * Math.log(p);
  return sum;
});

for (const k of [0, 20, 40]) {
  const largest = (100 * probs[k * V]).toFixed(1);
  console.log(`temperature ${temperatures[k].toFixed(1)}: "${words[0]}" has ${largest}%`);
}
