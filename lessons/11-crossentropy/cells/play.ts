// How surprised the model is by each token that might come. Change the logits and run it again.

import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const tokens = ["be", "go", "see", "have", "die", "the"]; // a vocabulary of six
const logits = Float32Array.of(2, 1, 0.5, 0, -1, -3); // after "To be, or not to"

const V = logits.length;
const probs = new Float32Array(V);
softmaxForward(probs, logits, 1, 1, V, V);

console.log("if it is     p     loss   in bits");
for (let target = 0; target < V; target++) {
  const losses = new Float32Array(1);
  crossentropyForward(losses, probs, Int32Array.of(target), 1, 1, V);
  const [nats, bits] = [losses[0], losses[0] / Math.LN2];
  console.log(tokens[target].padEnd(8), column(probs[target]), column(nats), column(bits));
}
console.log(`knowing nothing: ln ${V} = ${Math.log(V).toFixed(3)}`);

function column(x: number): string {
  return x.toFixed(3).padStart(7);
}
