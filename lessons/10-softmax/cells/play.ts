// A row of scores through softmax. Change any number and run it again.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const logits = Float32Array.of(2, 1, 0, -1, 1);

const V = logits.length;
const probs = new Float32Array(V);
softmaxForward(probs, logits, 1, 1, V, V);

console.log("  logit  e^logit    prob");
for (let i = 0; i < V; i++) {
  console.log(
    logits[i].toFixed(2).padStart(7),
    Math.exp(logits[i]).toPrecision(4).padStart(8),
    probs[i].toFixed(5).padStart(8),
  );
}
console.log(`sum of the probabilities: ${probs.reduce((sum, p) => sum + p, 0).toFixed(6)}`);
