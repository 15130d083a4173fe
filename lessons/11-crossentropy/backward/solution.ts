import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradient of the loss with respect to probs. */
export function crossentropyBackward(
  dprobs: Floats, // (B, T, Vp), added to
  dlosses: Floats, // (B, T)
  probs: Floats, // (B, T, Vp)
  targets: Ints, // (B, T), token ids
  B: number,
  T: number,
  Vp: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const bt = b * T + t;
      const row = bt * Vp;
      const target = row + targets[bt];
      dprobs[target] += -dlosses[bt] / probs[target];
    }
  }
}
