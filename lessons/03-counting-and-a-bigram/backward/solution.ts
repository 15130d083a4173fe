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
    const row = inputs[n] * V;
    for (let v = 0; v < V; v++) {
      const oneHot = v === targets[n] ? 1 : 0;
      dtable[row + v] += (probs[row + v] - oneHot) / N;
    }
  }
}
