// The size of the stream after each addition, when every block reads it through LayerNorm, as in GPT-2.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

const C = 64;
const ones = new Float64Array(C).fill(1);
const none = new Float64Array(C);

export const layers = [3, 6, 12, 24, 48]; // each adds to the stream twice
// For each number of layers, from the start on: the size as it is, and with the blocks scaled by 1/sqrt(2L).
export const asis: number[] = [];
export const scaled: number[] = [];

for (const L of layers) {
  asis.push(...grow(2 * L, 1));
  scaled.push(...grow(2 * L, 1 / Math.sqrt(2 * L)));
  const [a, s] = [asis, scaled].map((list) => list[list.length - 1].toFixed(2));
  console.log(`${String(L).padStart(2)} layers: ${a} at the end, scaled ${s}`);
}

/** Root of the mean square after 0, 1, ... additions. */
function grow(additions: number, scale: number): number[] {
  let stream = Float64Array.from({ length: C }, (_, i) => random(1000, i));
  const sizes = [size(stream)];
  for (let n = 0; n < additions; n++) {
    const [norm, mean, rstd] = [C, 1, 1].map((length) => new Float64Array(length));
    layernormForward(norm, mean, rstd, stream, ones, none, 1, 1, C);
    const weight = Float64Array.from({ length: C * C }, (_, k) => random(n, k) / Math.sqrt(C));
    const [branch, next] = [new Float64Array(C), new Float64Array(C)];
    matmulForward(branch, norm, weight, null, 1, 1, C, C);
    residualForward(
      next,
      stream,
      branch.map((value) => scale * value),
      C,
    );
    stream = next;
    sizes.push(size(stream));
  }
  return sizes;
}

function size(row: Float64Array): number {
  return Math.hypot(...row) / Math.sqrt(C);
}

function random(stream: number, index: number): number {
  return normal(openStream(2, stream), index);
}
