// The three gradients of matmul compared with finite differences, in float64, at several step sizes.

import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const [B, T, C, OC] = [2, 3, 5, 4];
const wave = (length: number, step: number) =>
  Float64Array.from({ length }, (_, k) => Math.sin(step * k + 1));
const inp = wave(B * T * C, 7);
const weight = wave(OC * C, 3);
const bias = wave(OC, 2);
const dout = wave(B * T * OC, 5);

const [dinp, dweight, dbias] = [inp, weight, bias].map((x) => new Float64Array(x.length));
matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);

export const h = [1e-7, 1e-5, 1e-3, 0.1, 1, 10];
export const errors = h.map((step) =>
  Math.max(
    difference(inp, dinp, step),
    difference(weight, dweight, step),
    difference(bias, dbias, step),
  ),
);
for (const [k, step] of h.entries()) {
  console.log(`h = ${step.toExponential()}: off by ${errors[k].toExponential(1)}`);
}

/** L = sum of out * dout, so that dL/dout is dout. */
function loss(): number {
  const out = new Float64Array(B * T * OC);
  matmulForward(out, inp, weight, bias, B, T, C, OC);
  return out.reduce((sum, y, k) => sum + y * dout[k], 0);
}

/** The largest difference between a gradient and (L(x + h) - L(x - h)) / 2h, over all elements x of an array. */
function difference(x: Float64Array, gradient: Float64Array, step: number): number {
  let largest = 0;
  for (let k = 0; k < x.length; k++) {
    const value = x[k];
    x[k] = value + step;
    const above = loss();
    x[k] = value - step;
    const below = loss();
    x[k] = value;
    largest = Math.max(largest, Math.abs((above - below) / (2 * step) - gradient[k]));
  }
  return largest;
}
