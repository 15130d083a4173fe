import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the logits, through softmax and cross-entropy at once. */
export function crossentropySoftmaxBackward(
  dlogits: Floats, // (B, T, Vp), added to; columns from V on stay as they are
  dlosses: Floats, // (B, T)
  probs: Floats, // (B, T, Vp), from softmaxForward
  targets: Ints, // (B, T), token ids
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * Vp;
      for (let v = 0; v < V; v++) {
        // TODO: probabilities minus one-hot, times how much this position counts
        dlogits[row + v] += 0;
      }
    }
  }
}
