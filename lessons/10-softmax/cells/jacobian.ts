// The table of all derivatives of all probabilities, row by row, from the backward pass.

import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const logits = Float64Array.of(2, 1, 0, -1, 1);

const V = logits.length;
export const probs = new Float64Array(V);
softmaxForward(probs, logits, 1, 1, V, V);

// With dprobs 1 for one probability and 0 for all others, the gradient is that probability's row of the table.
export const jacobian = new Float64Array(V * V);
for (let i = 0; i < V; i++) {
  const dprobs = new Float64Array(V);
  dprobs[i] = 1;
  softmaxBackward(jacobian.subarray(i * V, (i + 1) * V), dprobs, probs, 1, 1, V, V);
}

for (let i = 0; i < V; i++) {
  const row = jacobian.subarray(i * V, (i + 1) * V);
  const sum = row.reduce((total, d) => total + d, 0);
  console.log(`row ${i}: sum ${Math.abs(sum).toFixed(6)}`);
}
