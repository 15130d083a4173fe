import type { Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Fills a batch: row b holds T tokens from starts[b] on, and under each the token after it. */
export function loadBatch(
  inputs: Ints, // (B, T), written
  targets: Ints, // (B, T), written
  tokens: Ints, // all tokens of the text, one after the other
  starts: Ints, // (B), where each window begins
  B: number,
  T: number,
): void {
  for (let b = 0; b < B; b++) {
    const start = starts[b];
    for (let t = 0; t < T; t++) {
      inputs[b * T + t] = tokens[start + t];
      targets[b * T + t] = tokens[start + t + 1];
    }
  }
}
