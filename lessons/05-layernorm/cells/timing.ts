// How long LayerNorm takes here, at the width of GPT-2.

import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";

const B = 4;
const T = 64;
const C = 768;
const N = B * T * C;

const inp = Float32Array.from({ length: N }, (_, i) => Math.sin(i));
const weight = new Float32Array(C).fill(1.5);
const bias = new Float32Array(C).fill(0.5);
const dout = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const [out, dinp] = [new Float32Array(N), new Float32Array(N)];
const [mean, rstd] = [new Float32Array(B * T), new Float32Array(B * T)];
const [dweight, dbias] = [new Float32Array(C), new Float32Array(C)];

const forward = () => layernormForward(out, mean, rstd, inp, weight, bias, B, T, C);
const backward = () =>
  layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C);

// For each element: bytes that come from memory or go to it, and operations in the loops.
report("forward", time(forward), 8, 8);
report("backward", time(backward), 16, 17);

/** Seconds for one call, after a warm-up in which the browser compiles the loops. */
function time(call: () => void): number {
  const batch = 10;
  for (let k = 0; k < 2 * batch; k++) call();
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 20; k++) {
    const start = performance.now();
    for (let j = 0; j < batch; j++) call();
    best = Math.min(best, (performance.now() - start) / 1000 / batch);
  }
  return best;
}

function report(name: string, seconds: number, bytes: number, flops: number): void {
  const rate = (perElement: number) => ((N * perElement) / seconds / 1e9).toFixed(1);
  const ms = (seconds * 1000).toFixed(3);
  console.log(`${name}: ${ms} ms`);
  console.log(`  ${rate(bytes)} GB/s, ${rate(flops)} GFLOP/s`);
}
