import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the loss with respect to logits. */
export function softmaxBackward(
  dlogits: Floats, // (B, T, Vp), added to; columns from V on stay as they are
  dprobs: Floats, // (B, T, Vp); columns from V on mean nothing
  probs: Floats, // (B, T, Vp), from the forward pass; columns from V on are 0
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const row = (b * T + t) * Vp;

      let mean = 0; // of dprobs, weighted by the probabilities
      for (let i = 0; i < V; i++) {
        mean += probs[row + i] * dprobs[row + i];
      }

      for (let j = 0; j < V; j++) {
        dlogits[row + j] += probs[row + j] * (dprobs[row + j] - mean);
      }
    }
  }
}
