// The logarithm of the sum of exponentials: near the largest score, and with softmax as its slope.

import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

for (const scores of [
  [2, 1, 0],
  [9, 1, 0],
  [5, 5, 5],
  [1002, 1001, 1000],
]) {
  console.log(`scores ${scores.join(", ")}: ${logSumExp(scores).toFixed(4)}`);
}

const scores = [2, 1, 0];
const V = scores.length;
const h = 1e-5;
const slopes = scores.map((_, j) => {
  const moved = (d: number) => logSumExp(scores.map((z, i) => (i === j ? z + d : z)));
  return (moved(h) - moved(-h)) / (2 * h);
});
const probs = new Float64Array(V);
softmaxForward(probs, Float64Array.from(scores), 1, 1, V, V);
console.log("\nits slopes   ", list(slopes));
console.log("probabilities", list([...probs]));

function logSumExp(z: number[]): number {
  const max = Math.max(...z);
  return max + Math.log(z.reduce((sum, x) => sum + Math.exp(x - max), 0));
}

function list(row: number[]): string {
  return row.map((x) => x.toFixed(5).padStart(9)).join("");
}
