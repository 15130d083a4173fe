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
    const grad = grads[i];
    m[i] = beta1 * m[i] + (1 - beta1) * grad;
    v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;
    const mHat = m[i] / (1 - beta1 ** t);
    const vHat = v[i] / (1 - beta2 ** t);
    const shrunk = params[i] - lr * weightDecay * params[i];
    params[i] = shrunk - (lr * mHat) / (Math.sqrt(vHat) + eps);
  }
}
