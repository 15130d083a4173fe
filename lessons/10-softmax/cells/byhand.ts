// The example by hand: by the whole table, and by the kernel, which never builds it.

import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const logits = Float64Array.of(0, Math.log(2), Math.log(5));
const dprobs = Float64Array.of(4, 0, 0); // only the first probability matters to the loss
const V = 3;

const probs = new Float64Array(V);
softmaxForward(probs, logits, 1, 1, V, V);
console.log("probs  ", list(probs));

console.log("\nthe table, d probs[i] / d logits[j]:");
const byTable = new Float64Array(V);
for (let i = 0; i < V; i++) {
  const row = probs.map((p, j) => probs[i] * ((i === j ? 1 : 0) - p));
  console.log(`  i = ${i}`, list(row));
  for (let j = 0; j < V; j++) byTable[j] += dprobs[i] * row[j];
}

const dlogits = new Float64Array(V);
softmaxBackward(dlogits, dprobs, probs, 1, 1, V, V);
console.log("\ndlogits:");
console.log("table  ", list(byTable));
console.log("kernel ", list(dlogits));

function list(row: Float64Array): string {
  return Array.from(row, (x) => x.toFixed(5).padStart(9)).join("");
}
