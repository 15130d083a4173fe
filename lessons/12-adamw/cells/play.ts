// One parameter, the same gradient in every step: how far does each method move it? Change the
// gradient and run it again.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";

const gradient = 0.5;
const lr = 0.1;
const [beta1, beta2, eps, weightDecay] = [0.9, 0.95, 1e-8, 0];

const params = Float64Array.of(1);
const grads = Float64Array.of(gradient);
const [m, v] = [new Float64Array(1), new Float64Array(1)];

console.log("step     SGD   AdamW        m        v");
for (let t = 1; t <= 5; t++) {
  const before = params[0];
  adamwUpdate(params, grads, m, v, t, lr, beta1, beta2, eps, weightDecay, 1);
  const moved = [-lr * gradient, params[0] - before, m[0], v[0]];
  console.log(`${t}`.padStart(4), moved.map((x) => x.toPrecision(4).padStart(8)).join(" "));
}
