// The gradients by the backward pass and by finite differences, with the mask of the same step, and with that of another.

import { openStream, uniform } from "@llm.ts/kernels/runtime/random.ts";

const [N, p, h] = [6, 0.4, 1e-5];
const inp = Float64Array.of(1, -2, 0.5, 3, -1, 2);
const dout = Float64Array.of(1, -1, 2, 0.5, 3, -2);
const mask = (step: number) =>
  Float64Array.from({ length: N }, (_, i) => Number(uniform(openStream(1, step), i) >= p));

console.log("   same mask  another  differences");
export let [worst, apart] = [0, 0];
for (let i = 0; i < N; i++) {
  const same = (dout[i] * mask(1)[i]) / (1 - p);
  const other = (dout[i] * mask(2)[i]) / (1 - p);
  const [above, below] = [inp.slice(), inp.slice()];
  above[i] += h;
  below[i] -= h;
  const slope = (loss(above) - loss(below)) / (2 * h);
  worst = Math.max(worst, Math.abs(same - slope));
  apart = Math.max(apart, Math.abs(other - slope));
  console.log([same, other, slope].map((x) => x.toFixed(4).padStart(10)).join(""));
}
console.log(`largest difference: ${worst.toExponential(1)}, with another mask ${apart.toFixed(1)}`);

/** Any loss will do; this is the one whose gradient with respect to out is dout. The mask is that of step 1. */
function loss(x: Float64Array): number {
  return x.reduce((sum, value, i) => sum + ((value * mask(1)[i]) / (1 - p)) * dout[i], 0);
}
