// A table of logits, trained on all pairs at once. It begins with zeros, and goes downhill step by step.

import { bigramBackward } from "../backward/solution.ts";
import { bigramForward } from "./forward.ts";
import { train, V, validation } from "./text.ts";

const lr = 20; // how far a step goes
const last = 2000;

const N = train.length - 1;
const [inputs, targets] = [train.subarray(0, N), train.subarray(1)];
const table = new Float64Array(V * V);
const [probs, dtable] = [new Float64Array(V * V), new Float64Array(V * V)];

// The steps at which the loss is noted down: ever farther apart.
export const steps = [0];
for (let x = 1; x < last; x *= 10 ** (1 / 20)) {
  const step = Math.round(x);
  if (step > steps[steps.length - 1]) steps.push(step);
}
steps.push(last);

export const losses: number[] = []; // on the text that it is trained on
export const keptLosses: number[] = []; // on the text kept apart
export const uniform = Math.log(V);
export const counted = lossOfShares();

for (let step = 0; step <= last; step++) {
  const loss = meanLoss(train);
  if (steps.includes(step)) {
    losses.push(loss);
    keptLosses.push(meanLoss(validation)); // with the same table, so with the same probs
  }
  dtable.fill(0);
  bigramBackward(dtable, probs, inputs, targets, N, V);
  for (let i = 0; i < V * V; i++) table[i] -= lr * dtable[i];
}

for (const step of [0, 1, 10, 100, 1000, 2000]) {
  const at = steps.indexOf(step);
  console.log(`${String(step).padStart(4)} steps: ${losses[at].toFixed(4)}`);
}
console.log(`counted:    ${counted.toFixed(4)}`);

function meanLoss(tokens: Int32Array): number {
  const N = tokens.length - 1;
  const each = new Float64Array(N);
  bigramForward(each, probs, table, tokens.subarray(0, N), tokens.subarray(1), N, V);
  return each.reduce((sum, loss) => sum + loss, 0) / N;
}

/** The loss of the counted shares, on the text that was counted. */
function lossOfShares(): number {
  const [counts, totals] = [new Float64Array(V * V), new Float64Array(V)];
  for (let n = 0; n < N; n++) {
    counts[inputs[n] * V + targets[n]]++;
    totals[inputs[n]]++;
  }
  let sum = 0;
  for (let n = 0; n < N; n++) {
    sum -= Math.log(counts[inputs[n] * V + targets[n]] / totals[inputs[n]]);
  }
  return sum / N;
}
