// How long a step takes here, for a million parameters.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";

const N = 2 ** 20;
const params = Float32Array.from({ length: N }, (_, i) => Math.sin(i));
const grads = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const [m, v] = [new Float32Array(N), new Float32Array(N)];

let best = Number.POSITIVE_INFINITY;
for (let t = 1; t <= 20; t++) {
  const start = performance.now();
  adamwUpdate(params, grads, m, v, t, 1e-3, 0.9, 0.95, 1e-8, 0.1, N);
  if (t > 5) best = Math.min(best, (performance.now() - start) / 1000); // the first few are compiled
}

const [bytes, flops] = [28, 15]; // for each parameter
const rate = (perParameter: number) => ((N * perParameter) / best / 1e9).toFixed(1);
console.log(`${((best * 1e9) / N).toFixed(2)} ns a parameter`);
console.log(`${rate(bytes)} GB/s, ${rate(flops)} GFLOP/s`);
console.log(`GPT-2 124M: ${((best * 124_475_904) / N).toFixed(2)} s a step`);
