import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Takes one step with N parameters. The gradients are read and left as they are. */
export function adamwUpdate(
  params: Floats, // (N), updated
  grads: Floats, // (N)
  m: Floats, // (N), updated: running mean of the gradient
  v: Floats, // (N), updated: running mean of its square
  t: number, // number of this step, from 1
  lr: number,
  beta1: number,
  beta2: number,
  eps: number,
  weightDecay: number,
  N: number,
): void {
  for (let i = 0; i < N; i++) {
    params[i] -= lr * grads[i]; // this is SGD
    // TODO: m[i] and v[i], the two running means
    // TODO: both corrected for their beginning at 0
    // TODO: the decay, and the step
  }
}
