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
  for (let bt = 0; bt < B * T; bt++) {
    const row = bt * Vp;

    // First as if no token were the right one: no comparison in the loop.
    for (let v = 0; v < V; v++) {
      dlogits[row + v] += probs[row + v] * dlosses[bt];
    }

    // Then the one column that is different.
    dlogits[row + targets[bt]] -= dlosses[bt];
  }
}
