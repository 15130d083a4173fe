// The example by hand: one parameter, two steps, and what the kernel says.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";

const [lr, beta1, beta2, eps, weightDecay] = [0.1, 0.9, 0.99, 0, 0.1];
const gradients = [0.5, -0.5];

let [param, m, v] = [1, 0, 0];
const kernel = [1, 0, 0].map((x) => Float64Array.of(x)); // params, m, v
for (const [k, grad] of gradients.entries()) {
  const t = k + 1;
  m = beta1 * m + (1 - beta1) * grad;
  v = beta2 * v + (1 - beta2) * grad ** 2;
  const mHat = m / (1 - beta1 ** t);
  const vHat = v / (1 - beta2 ** t);
  const step = (lr * mHat) / Math.sqrt(vHat);
  const shrunk = param * (1 - lr * weightDecay);
  param = shrunk - step;
  console.log(`step ${t}: m ${round(m)}, v ${round(v)}, corrected ${round(mHat)}, ${round(vHat)}`);
  console.log(`  shrunk ${round(shrunk)}, step ${round(step)}, so ${round(param)}`);

  const [params, means, squares] = kernel;
  const grads = Float64Array.of(grad);
  adamwUpdate(params, grads, means, squares, t, lr, beta1, beta2, eps, weightDecay, 1);
  console.log(`  by the kernel ${round(params[0])}`);
}

function round(x: number): string {
  return String(Number(x.toFixed(5)));
}
