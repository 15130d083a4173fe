// Every gradient by the backward pass, and by finite differences: in float64, with h = 1e-5.

import { ropeAngles, ropeBackward, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const [B, T, NH, NKV, hs] = [2, 3, 2, 1, 4];
const N = B * T * (NH + 2 * NKV) * hs;
const cis = Float64Array.from(ropeAngles(T, hs, 100));
const inp = Float64Array.from({ length: N }, (_, i) => Math.sin(3 * i + 1));
const dout = Float64Array.from({ length: N }, (_, i) => Math.cos(5 * i));
const h = 1e-5;

for (const apart of [1, hs / 2]) {
  const dqkv = dout.slice(); // it is turned where it is
  ropeBackward(dqkv, cis, apart, B, T, NH, NKV, hs);
  let worst = 0;
  for (let i = 0; i < N; i++) {
    const [above, below] = [inp.slice(), inp.slice()];
    above[i] += h;
    below[i] -= h;
    const numerical = (loss(above, apart) - loss(below, apart)) / (2 * h);
    worst = Math.max(worst, Math.abs(numerical - dqkv[i]));
  }
  console.log(`apart ${apart}: ${N} gradients, largest difference ${worst.toExponential(1)}`);
}

/** Any loss will do; this is the one whose gradient with respect to what comes out is dout. */
function loss(qkv: Float64Array, apart: number): number {
  ropeForward(qkv, cis, apart, B, T, NH, NKV, hs); // a copy: it may be turned in place
  return qkv.reduce((sum, value, i) => sum + value * dout[i], 0);
}
