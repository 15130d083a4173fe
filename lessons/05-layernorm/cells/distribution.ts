// Three tokens of 768 channels, unlike each other before LayerNorm, and the same after it.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";

const T = 3;
const C = 768; // GPT-2's width
const uniform = generator(4);
const exponential = () => -Math.log(uniform());
const normal = () => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * uniform());

const shapes = [
  () => -4 + 0.5 * normal(),
  () => 1 + 2 * normal(),
  () => 3 + 1.5 * exponential(), // one tail, to the right
];
export const before = new Float32Array(T * C);
for (let t = 0; t < T; t++) for (let i = 0; i < C; i++) before[t * C + i] = shapes[t]();

const weight = new Float32Array(C).fill(1);
const bias = new Float32Array(C).fill(0);
export const after = new Float32Array(T * C);
const mean = new Float32Array(T);
const rstd = new Float32Array(T);
layernormForward(after, mean, rstd, before, weight, bias, 1, T, C);

for (let t = 0; t < T; t++) {
  console.log(`token ${t}: mean ${mean[t].toFixed(2)}, spread ${(1 / rstd[t]).toFixed(2)}`);
}

/** Numbers from 0 (not included) to 1, the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
}
