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
  let total = 0;
  for (let j = 0; j < parts; j++) total += counts[j];

  dweight.fill(0);
  let sum = 0;
  const losses = new Float32Array(T);
  const dlosses = new Float32Array(T);
  for (let j = 0; j < parts; j++) {
    for (let t = 0; t < T; t++) dlosses[t] = t < counts[j] ? 1 / total : 0;
    const partInp = inp.subarray(j * T * C, (j + 1) * T * C);
    const partTargets = targets.subarray(j * T, (j + 1) * T);
    partBackward(dweight, losses, dlosses, partInp, partTargets, weight, T, C, V);
    for (let t = 0; t < counts[j]; t++) sum += losses[t];
  }
  loss[0] = sum / total;
}
