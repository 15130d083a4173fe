// AdamW: the step that changes the weights. Each weight keeps two running means, of its gradient (m) and of its gradient
// squared (v), and moves against m / sqrt(v): about lr per step, however large or small its gradients are. Weight decay
// (the W) pulls each weight towards 0 separately, so that m and v never see it.
//
//   param *= 1 - lr * weightDecay
//   m = beta1 * m + (1 - beta1) * grad
//   v = beta2 * v + (1 - beta2) * grad^2
//   param -= lr * mHat / (sqrt(vHat) + eps),   where   mHat = m / (1 - beta1^t),   vHat = v / (1 - beta2^t)
//
// Source: Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization", https://arxiv.org/abs/1711.05101; m and v are
// Kingma, Ba 2015, "Adam", https://arxiv.org/abs/1412.6980. Equals torch.optim.AdamW. Each weight's step is computed in
// float64 (JS numbers) and rounded once, where it is stored.

import { checkArguments, type Floats } from "../runtime/check.ts";
import type { Signatures } from "../runtime/signature.ts";

/** What each kernel is called with, for every tier. */
export const signatures = {
  adamwUpdate: {
    arrays: { params: "N, updated", grads: "N", m: "N, updated", v: "N, updated" },
    settings: ["t", "lr", "beta1", "beta2", "eps", "weightDecay"],
    sizes: ["N"],
    flops: "15*N",
    further: checkSettings,
  },
} as const satisfies Signatures;

/**
 * Takes one step with N weights. The gradients are read and left as they are.
 *
 * @throws RangeError if N or t is not a positive integer, an array has another length than is written beside it, a beta is
 *   not from 0 up to but not including 1, or lr, eps or weightDecay is negative or not finite
 */
export function adamwUpdate(
  params: Floats, // (N), updated
  grads: Floats, // (N)
  m: Floats, // (N), updated: running mean of the gradient, 0 before the first step
  v: Floats, // (N), updated: running mean of the gradient squared, 0 before the first step
  t: number, // number of this step, from 1
  lr: number, // learning rate: about how far a weight moves in one step
  beta1: number, // how much of m is kept from step to step, usually 0.9
  beta2: number, // how much of v is kept from step to step, usually 0.95 or 0.999
  eps: number, // added to sqrt(vHat), so that nothing is divided by 0, usually 1e-8
  weightDecay: number, // part of a weight that decays per step, times lr; 0 for biases and layernorms
  N: number,
): void {
  checkArguments(signatures, "adamwUpdate", { params, grads, m, v }, { N });
  checkSettings({ t, lr, beta1, beta2, eps, weightDecay });

  const kept = 1 - lr * weightDecay;
  // m and v began at 0 and still lean towards it: after t steps their weights sum to 1 - beta^t, not to 1.
  const mShare = 1 - beta1 ** t;
  const vShare = 1 - beta2 ** t;
  for (let i = 0; i < N; i++) {
    const grad = grads[i];
    const mean = beta1 * m[i] + (1 - beta1) * grad;
    const square = beta2 * v[i] + (1 - beta2) * grad * grad;
    const step = mean / mShare / (Math.sqrt(square / vShare) + eps);
    params[i] = params[i] * kept - lr * step;
    m[i] = mean;
    v[i] = square;
  }
}

/** Checks the numbers that steer a step. @throws RangeError naming the first that is out of its range */
function checkSettings({ t, lr, beta1, beta2, eps, weightDecay }: Record<string, number>): void {
  if (!Number.isSafeInteger(t) || t < 1) {
    throw new RangeError(`adamwUpdate: t is ${t}, expected a positive integer`);
  }
  for (const [name, rate] of Object.entries({ lr, eps, weightDecay })) {
    if (!Number.isFinite(rate) || rate < 0) {
      throw new RangeError(`adamwUpdate: ${name} is ${rate}, expected a finite number from 0 up`);
    }
  }
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!Number.isFinite(beta) || beta < 0 || beta >= 1) {
      throw new RangeError(
        `adamwUpdate: ${name} is ${beta}, expected a number from 0 up to but not including 1`,
      );
    }
  }
}
