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
  // TODO: count the N pairs, each in its row and column

  for (let a = 0; a < V; a++) {
    const row = a * V;
    const total = 0; // TODO: how often token a was given
    for (let v = 0; v < V; v++) probs[row + v] = 1 / V; // TODO: the count with alpha, over the total with alpha
  }
}
