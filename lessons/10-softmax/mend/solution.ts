import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Computes the probabilities of each row. */
export function softmaxForward(
  probs: Floats, // (B, T, Vp), written; columns from V on become 0
  logits: Floats, // (B, T, Vp); columns from V on mean nothing
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

    let max = -Infinity;
    for (let i = 0; i < V; i++) max = Math.max(max, logits[row + i]);

    let sum = 0;
    for (let i = 0; i < V; i++) sum += Math.exp(logits[row + i] - max);

    for (let i = 0; i < V; i++) probs[row + i] = Math.exp(logits[row + i] - max) / sum;
    for (let i = V; i < Vp; i++) probs[row + i] = 0;
  }
}
