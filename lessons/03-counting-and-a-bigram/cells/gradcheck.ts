// The gradient of a table for five pairs by the backward pass, and by finite differences: in float64, with h = 1e-5.

import { bigramBackward } from "../backward/solution.ts";
import { bigramForward } from "./forward.ts";

const [N, V] = [5, 3];
const table = Float64Array.of(0.5, -1, 0.2, 1.5, 0, -0.3, 2, 2, 2);
const inputs = Int32Array.of(0, 1, 0, 0, 1); // token 2 is never given
const targets = Int32Array.of(1, 0, 2, 1, 2);
const h = 1e-5;

const probs = new Float64Array(V * V);
meanLoss(table); // which fills probs
const dtable = new Float64Array(V * V);
bigramBackward(dtable, probs, inputs, targets, N, V);

console.log(" a  v    backward  differences");
let worst = 0;
for (let i = 0; i < V * V; i++) {
  const [above, below] = [table.slice(), table.slice()];
  above[i] += h;
  below[i] -= h;
  const slope = (meanLoss(above) - meanLoss(below)) / (2 * h);
  worst = Math.max(worst, Math.abs(dtable[i] - slope));
  const place = `${String(Math.floor(i / V)).padStart(2)}${String(i % V).padStart(3)}`;
  console.log(place + dtable[i].toFixed(7).padStart(12), slope.toFixed(7).padStart(12));
}
console.log(`largest difference: ${worst.toExponential(1)}`);

function meanLoss(of: Float64Array): number {
  const losses = new Float64Array(N);
  bigramForward(losses, probs, of, inputs, targets, N, V);
  return losses.reduce((sum, loss) => sum + loss, 0) / N;
}
