import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** How surprised a table of logits is by each of N pairs: by targets[n] after inputs[n]. */
export function bigramForward(
  losses: Floats, // (N), written
  probs: Floats, // (V, V), written: of each row of the table the softmax
  table: Floats, // (V, V): in row a a logit for every token that may come after token a
  inputs: Ints, // (N)
  targets: Ints, // (N)
  N: number,
  V: number,
): void {
  for (let row = 0; row < V * V; row += V) {
    let sum = 0;
    for (let v = 0; v < V; v++) {
      probs[row + v] = Math.exp(table[row + v]);
      sum += probs[row + v];
    }
    for (let v = 0; v < V; v++) probs[row + v] /= sum;
  }
  for (let n = 0; n < N; n++) losses[n] = -Math.log(probs[inputs[n] * V + targets[n]]);
}
