// How long the residual sum takes here, at the width of GPT-2.

import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";

const [B, T, C] = [4, 64, 768];
const N = B * T * C;

const inp1 = Float32Array.from({ length: N }, (_, i) => Math.sin(i));
const inp2 = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const dout = Float32Array.from({ length: N }, (_, i) => Math.sin(2 * i));
const [out, dinp1, dinp2] = [new Float32Array(N), new Float32Array(N), new Float32Array(N)];

const forward = () => residualForward(out, inp1, inp2, N);
const backward = () => residualBackward(dinp1, dinp2, dout, N);

// For each element: bytes that come from memory or go to it, and additions.
report("forward", time(forward), 12, 1);
report("backward", time(backward), 20, 2);

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
