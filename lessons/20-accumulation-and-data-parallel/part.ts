// What the exercise about accumulation is built on: one micro-batch through the smallest model there is, a classifier.

import { crossentropySoftmaxFused } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

/** One micro-batch, forward and backward. What it adds to dweight is the gradient of the sum of dlosses[t] * losses[t]. */
export function partBackward(
  dweight: Float32Array, // (V, C), added to
  losses: Float32Array, // (T), written: the loss of each token
  dlosses: Float32Array, // (T): how much each token's loss counts
  inp: Float32Array, // (T, C)
  targets: Int32Array, // (T)
  weight: Float32Array, // (V, C)
  T: number,
  C: number,
  V: number,
): void {
  const logits = new Float32Array(T * V);
  const dinp = new Float32Array(T * C); // nobody asks for it here
  matmulForward(logits, inp, weight, null, 1, T, C, V);
  crossentropySoftmaxFused(logits, losses, dlosses, targets, 1, T, V, V); // logits are now dlogits
  matmulBackward(dinp, dweight, null, logits, inp, weight, 1, T, C, V);
}
