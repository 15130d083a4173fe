import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the mean loss with respect to the table. */
export function bigramBackward(
  dtable: Floats, // (V, V), added to
  probs: Floats, // (V, V): of each row of the table the softmax
  inputs: Ints, // (N), the tokens that are given
  targets: Ints, // (N), the tokens that came
  N: number,
  V: number,
): void {
  for (let n = 0; n < N; n++) {
    const row = 0; // TODO: where the row of the given token begins
    for (let v = 0; v < V; v++) {
      const oneHot = 0; // TODO: 1 for the token that came
      dtable[row + v] += 0 * (probs[row + v] - oneHot); // TODO: this pair's share of the gradient
    }
  }
}
