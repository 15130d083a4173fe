import { partBackward } from "../part.ts";

/** The gradient of the mean loss over all tokens of a batch that count, micro-batch by micro-batch. */
export function accumulatedGradient(
  dweight: Float32Array, // (V, C), written; holds the gradient of the step before
  loss: Float32Array, // (1), written: the mean loss
  inp: Float32Array, // (parts, T, C)
  targets: Int32Array, // (parts, T)
  counts: Int32Array, // (parts): how many tokens of each count; then comes padding
  weight: Float32Array, // (V, C)
  parts: number,
  T: number,
  C: number,
  V: number,
): void {
  const losses = new Float32Array(T);
  const dlosses = new Float32Array(T);
  for (let j = 0; j < parts; j++) {
    // TODO: how much each of its losses counts in the mean over the whole batch
    for (let t = 0; t < T; t++) dlosses[t] = 1;
    const partInp = inp.subarray(j * T * C, (j + 1) * T * C);
    const partTargets = targets.subarray(j * T, (j + 1) * T);
    partBackward(dweight, losses, dlosses, partInp, partTargets, weight, T, C, V);
    // TODO: add up the losses that count
  }
  loss[0] = 0; // TODO: their mean
}
