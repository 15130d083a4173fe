// The gradient check at step sizes from 1e-1 to 1e-12, in float32 and in float64.

import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";

const [B, T, C] = [1, 1, 8];
const inp = Float64Array.from({ length: C }, (_, i) => 0.5 + 2 * Math.sin(7 * i + 1));
const weight = Float64Array.from({ length: C }, (_, i) => 1.5 + Math.sin(3 * i));
const bias = Float64Array.from({ length: C }, (_, i) => Math.sin(i));
const dout = Float64Array.from({ length: C }, (_, i) => Math.cos(5 * i));

export const h: number[] = [];
// For each h, the error of the differences relative to the size of the gradient:
export const float32: number[] = [];
export const float64: number[] = [];

const gradient = backward();
for (let k = 4; k <= 48; k++) {
  const step = 10 ** (-k / 4); // four steps to a power of ten
  h.push(step);
  float32.push(error(differences(Float32Array, step), gradient));
  float64.push(error(differences(Float64Array, step), gradient));
}
for (const [name, errors] of Object.entries({ float32, float64 })) {
  const best = errors.indexOf(Math.min(...errors));
  const [e, step] = [errors[best], h[best]].map((x) => x.toExponential(1));
  console.log(`${name}: smallest error ${e}, at h = ${step}`);
}

/** dL/dinp by the backward pass, in float64, where L = sum of out_i * dout_i. */
function backward(): Float64Array {
  const [out, mean, rstd] = [C, 1, 1].map((length) => new Float64Array(length));
  layernormForward(out, mean, rstd, inp, weight, bias, B, T, C);
  const [dinp, dweight, dbias] = [C, C, C].map((length) => new Float64Array(length));
  layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C);
  return dinp;
}

/** dL/dinp by (L(x + h) - L(x - h)) / 2h, with arrays of the given precision. */
function differences(
  Floats: Float32ArrayConstructor | Float64ArrayConstructor,
  step: number,
): Float64Array {
  const [x, w, b] = [inp, weight, bias].map((array) => Floats.from(array));
  const [out, mean, rstd] = [C, 1, 1].map((length) => new Floats(length));
  const loss = () => {
    layernormForward(out, mean, rstd, x, w, b, B, T, C);
    return dout.reduce((sum, d, i) => sum + d * out[i], 0);
  };
  return inp.map((value, i) => {
    x[i] = value + step;
    const above = loss();
    x[i] = value - step;
    const below = loss();
    x[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The length of a - b relative to the length of b. */
function error(a: Float64Array, b: Float64Array): number {
  const distance = Math.hypot(...a.map((value, i) => value - b[i]));
  return distance / Math.hypot(...b);
}
