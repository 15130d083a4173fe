import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Draws a token for each row, with a probability in proportion to its weight. */
export function drawTokens(
  tokens: Ints, // (N), written
  weights: Floats, // (N, V): none below 0, one at least above it
  u: Floats, // (N): the numbers that decide, each from 0 to below 1
  N: number,
  V: number,
): void {
  for (let n = 0; n < N; n++) {
    const row = n * V;
    let total = 0;
    for (let v = 0; v < V; v++) total += weights[row + v];

    const level = u[n] * total;
    let v = 0;
    let reached = weights[row]; // the sum up to token v and with it
    while (reached < level) {
      v++;
      reached += weights[row + v];
    }
    tokens[n] = v;
  }
}
