import type { Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Deals out the windows of a text in order, B at a time, and begins again after the last. */
export function dealBatch(
  inputs: Ints, // (B, T), written
  targets: Ints, // (B, T), written
  tokens: Ints, // (N), all tokens of the text
  position: number, // windows dealt so far
  N: number,
  B: number,
  T: number,
): void {
  const windows = Math.floor((N - 1) / T); // the last token of the text is only a target
  for (let b = 0; b < B; b++) {
    const start = ((position + b) % windows) * T;
    for (let t = 0; t < T; t++) {
      inputs[b * T + t] = tokens[start + t];
      targets[b * T + t] = tokens[start + t + 1];
    }
  }
}
