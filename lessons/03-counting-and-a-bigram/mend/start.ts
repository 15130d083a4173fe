import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";

/** The mean surprise at N pairs. */
export function meanSurprise(
  loss: Floats, // (1), written
  probs: Floats, // (V, V): in row a how likely each token is after token a
  inputs: Ints, // (N), the tokens that are given
  targets: Ints, // (N), the tokens that came
  N: number,
  V: number,
): void {
  let sum = 0;
  for (let n = 0; n < N; n++) sum += probs[inputs[n] * V + targets[n]];
  loss[0] = -Math.log(sum / N);
}
