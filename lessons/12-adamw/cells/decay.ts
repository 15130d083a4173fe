// L2 in the gradient, and decay kept apart from it. Four parameters start at 1; their gradients only jitter around 0, each
// at a scale of its own, so nothing but the decay should move them.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";

const scales = [0.01, 0.1, 1, 10];
const [lr, beta1, beta2, eps, weightDecay, steps] = [0.001, 0.9, 0.95, 1e-8, 0.1, 3000];
const N = scales.length;

export const decoupled = run(false);
export const l2 = run(true);
console.log(`decay alone: ${((1 - lr * weightDecay) ** steps).toFixed(3)}`);
console.log("gradients of size  decay apart  in the gradient");
for (const [i, scale] of scales.entries()) {
  const row = [decoupled[i], l2[i]].map((x) => x.toFixed(3).padStart(13));
  console.log(`${scale}`.padStart(17), row.join(""));
}

function run(inGradient: boolean): Float64Array {
  const params = new Float64Array(N).fill(1);
  const [m, v] = [new Float64Array(N), new Float64Array(N)];
  for (let t = 1; t <= steps; t++) {
    const sign = t % 2 === 0 ? 1 : -1;
    const grads = params.map(
      (param, i) => sign * scales[i] + (inGradient ? weightDecay * param : 0),
    );
    adamwUpdate(params, grads, m, v, t, lr, beta1, beta2, eps, inGradient ? 0 : weightDecay, N);
  }
  return params;
}
