// The gradients of three gates and three values by the backward pass, and by finite differences: in float64, with h = 1e-5.

import { swigluBackward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";

const F = 3;
const inp = Float64Array.of(-1.5, 0, 2, 1, -2, 0.5);
const dout = Float64Array.of(1, -2, 0.7);
const h = 1e-5;

const dinp = new Float64Array(2 * F);
swigluBackward(dinp, dout, inp, 1, 1, F);

console.log("             backward  differences");
let worst = 0;
for (let i = 0; i < 2 * F; i++) {
  const [above, below] = [inp.slice(), inp.slice()];
  above[i] += h;
  below[i] -= h;
  const slope = (loss(above) - loss(below)) / (2 * h);
  worst = Math.max(worst, Math.abs(dinp[i] - slope));
  const name = i < F ? `gate ${i}` : `value ${i - F}`;
  console.log(name.padEnd(10) + dinp[i].toFixed(7).padStart(11), slope.toFixed(7).padStart(11));
}
console.log(`largest difference: ${worst.toExponential(1)}`);

/** Any loss will do; this is the one whose gradient with respect to out is dout. */
function loss(x: Float64Array): number {
  const out = new Float64Array(F);
  swigluForward(out, x, 1, 1, F);
  return out.reduce((sum, value, i) => sum + value * dout[i], 0);
}
