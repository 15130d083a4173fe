// A valley, 100 times as steep across as along: three ways down, each at 31 learning rates.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";

export const curvature = [1, 100]; // loss = (curvature[0] x^2 + curvature[1] y^2) / 2
export const start = [-8, 1.5];
export const steps = 60;
export const rates = Array.from({ length: 31 }, (_, k) => 10 ** (k / 10 - 3)); // 0.001 to 1
export const chosen = [12, 16, 25]; // where the sliders begin: places in rates

const [beta1, beta2, eps, weightDecay] = [0.9, 0.95, 1e-8, 0]; // no decay: the minimum is at 0

type Step = (params: Float64Array, grads: Float64Array, t: number, lr: number) => void;

function makeSgd(): Step {
  return (params, grads, _, lr) => {
    for (let i = 0; i < 2; i++) params[i] -= lr * grads[i];
  };
}

function makeMomentum(): Step {
  const m = new Float64Array(2);
  return (params, grads, _, lr) => {
    for (let i = 0; i < 2; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * grads[i];
      params[i] -= lr * m[i];
    }
  };
}

function makeAdamw(): Step {
  const [m, v] = [new Float64Array(2), new Float64Array(2)];
  return (params, grads, t, lr) =>
    adamwUpdate(params, grads, m, v, t, lr, beta1, beta2, eps, weightDecay, 2);
}

/** For each learning rate x and y before the first step and after each: (rates, steps + 1, 2). */
function walk(method: () => Step): Float64Array {
  const path = new Float64Array(rates.length * (steps + 1) * 2);
  for (const [k, lr] of rates.entries()) {
    const [step, params] = [method(), Float64Array.from(start)];
    for (let t = 0; t <= steps; t++) {
      if (t > 0) step(params, gradient(params), t, lr);
      path.set(params, (k * (steps + 1) + t) * 2);
    }
  }
  return path;
}

function gradient(params: Float64Array): Float64Array {
  return params.map((x, i) => curvature[i] * x);
}

export const sgd = walk(makeSgd);
export const momentum = walk(makeMomentum);
export const adamw = walk(makeAdamw);

for (const [name, path] of Object.entries({ SGD: sgd, momentum, AdamW: adamw })) {
  const losses = rates.map((_, k) => {
    const end = path.subarray(((k + 1) * (steps + 1) - 1) * 2);
    return (curvature[0] * end[0] ** 2 + curvature[1] * end[1] ** 2) / 2;
  });
  const best = losses.indexOf(Math.min(...losses));
  const good = rates.filter((_, k) => losses[k] < 1);
  const [from, to] = [good.at(0), good.at(-1)].map((lr) => lr?.toPrecision(2));
  console.log(`${name}`);
  console.log(`  best: lr ${rates[best].toPrecision(2)}, loss ${losses[best].toPrecision(2)}`);
  console.log(from ? `  loss below 1: lr ${from} to ${to}` : "  loss below 1: never");
}
