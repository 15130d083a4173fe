// The gradients of one row by the backward pass, and by finite differences: in float64, with h = 1e-5.

import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const inp = Float64Array.of(1, -1, 7, 7);
const weight = Float64Array.of(2, 1, 0.5, 1);
const dout = Float64Array.of(1, 0.5, 0, -1);
const eps = 0.5; // large, so that a mistake with it would show
const C = inp.length;
const h = 1e-5;

const rstd = new Float64Array(1);
rmsnormForward(new Float64Array(C), rstd, inp, weight, eps, 1, 1, C);
const [dinp, dweight] = [new Float64Array(C), new Float64Array(C)];
rmsnormBackward(dinp, dweight, dout, inp, weight, rstd, 1, 1, C);

compare("dinp", dinp, inp);
compare("dweight", dweight, weight);

/** Moves each number of `array` by h both ways, and prints the slope beside the gradient. */
function compare(name: string, gradient: Float64Array, array: Float64Array): void {
  console.log(`${name.padEnd(8)}   backward  differences`);
  let worst = 0;
  for (let i = 0; i < C; i++) {
    const value = array[i];
    array[i] = value + h;
    const above = loss();
    array[i] = value - h;
    const below = loss();
    array[i] = value;
    const slope = (above - below) / (2 * h);
    worst = Math.max(worst, Math.abs(gradient[i] - slope));
    console.log(`${String(i).padStart(8)}${column(gradient[i])} ${column(slope)}`);
  }
  console.log(`largest difference: ${worst.toExponential(1)}`);
}

/** Any loss will do; this is the one whose gradient with respect to out is dout. */
function loss(): number {
  const out = new Float64Array(C);
  rmsnormForward(out, new Float64Array(1), inp, weight, eps, 1, 1, C);
  return out.reduce((sum, value, i) => sum + value * dout[i], 0);
}

function column(value: number): string {
  return value.toFixed(7).padStart(11);
}
