import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Counts which token comes after which, and makes probabilities of the counts. */
export function countPairs(
  probs: Floats, // (V, V), written: in row a how likely each token is after token a
  inputs: Ints, // (N), the tokens that are given
  targets: Ints, // (N), the tokens that came
  alpha: number, // added to every count, above 0
  N: number,
  V: number,
): void {
  probs.fill(0);
  for (let n = 0; n < N; n++) probs[inputs[n] * V + targets[n]]++;

  for (let a = 0; a < V; a++) {
    const row = a * V;
    let total = 0;
    for (let v = 0; v < V; v++) total += probs[row + v];
    for (let v = 0; v < V; v++) probs[row + v] = (probs[row + v] + alpha) / (total + alpha * V);
  }
}
