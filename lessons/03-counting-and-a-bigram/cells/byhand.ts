// The example by hand: four pairs that all begin with token 0, pair by pair and at once; then downhill to the end.

import { bigramBackward } from "../backward/solution.ts";
import { bigramForward } from "./forward.ts";

const V = 3;
const inputs = Int32Array.of(0, 0, 0, 0);
const targets = Int32Array.of(1, 0, 1, 2); // token 0 came once, 1 twice, 2 once
const N = targets.length;

const table = new Float64Array(V * V);
const [probs, dtable] = [new Float64Array(V * V), new Float64Array(V * V)];
const losses = new Float64Array(N);

bigramForward(losses, probs, table, inputs, targets, N, V);
bigramBackward(dtable, probs, inputs, targets, N, V);
console.log("p        ", row(probs));
console.log("gradient ", row(dtable));
console.log("formula  ", row([1, 2, 1].map((count, v) => (N * probs[v] - count) / N)));

for (let step = 0; step < 200; step++) {
  bigramForward(losses, probs, table, inputs, targets, N, V);
  dtable.fill(0);
  bigramBackward(dtable, probs, inputs, targets, N, V);
  for (let i = 0; i < V * V; i++) table[i] -= dtable[i];
}
console.log("\nafter 200 steps with lr = 1:");
console.log("p        ", row(probs));
console.log("z        ", row(table));
console.log(`loss      ${(losses.reduce((a, b) => a + b, 0) / N).toFixed(6)}`);
console.log(`counted   ${(-(2 * 0.25 * Math.log(0.25) + 0.5 * Math.log(0.5))).toFixed(6)}`);

/** The first row of a table. */
function row(values: ArrayLike<number>): string {
  return Array.from(values)
    .slice(0, V)
    .map((x) => x.toFixed(4).padStart(8))
    .join("");
}
