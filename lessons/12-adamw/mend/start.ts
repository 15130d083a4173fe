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
  const mShare = 1 - beta1 ** t;
  const vShare = 1 - beta2 ** t;
  for (let i = 0; i < N; i++) {
    const grad = grads[i] + weightDecay * params[i]; // the slope of the penalty
    m[i] += (1 - beta1) * (grad - m[i]);
    v[i] += (1 - beta2) * (grad * grad - v[i]);
    params[i] -= (lr * (m[i] / mShare)) / (Math.sqrt(v[i] / vShare) + eps);
  }
}
