// A gradient on its way down through 24 blocks: without the addition, with it, and with a LayerNorm before each block.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

export const blocks = 24; // two in each of GPT-2's twelve layers
const C = 48;

// What the random weights of a block are multiplied by.
export const strengths = Array.from({ length: 30 }, (_, k) => 0.1 * (k + 1));
// For each strength the size of the gradient at the end, below the last block, ..., below the first one.
export const plain: number[] = [];
export const added: number[] = [];
export const normed: number[] = [];

const [ones, none] = [new Float64Array(C).fill(1), zeros()]; // LayerNorm's weights and biases
for (const strength of strengths) {
  plain.push(...sizes(strength, { addition: false, layernorm: false }));
  added.push(...sizes(strength, { addition: true, layernorm: false }));
  normed.push(...sizes(strength, { addition: true, layernorm: true }));
}
for (const k of [1, 4, 9, 19]) {
  const last = (list: number[]) => {
    const size = list[k * (blocks + 1) + blocks];
    return size > 0.1 && size < 100 ? size.toFixed(1) : size.toExponential(1);
  };
  console.log(`strength ${strengths[k].toFixed(1)}, below the first block:`);
  console.log(`  not added ${last(plain)}, added ${last(added)}, and LayerNorm ${last(normed)}`);
}

/** One block is a matrix product and a GELU, with a LayerNorm before them or without. */
function sizes(strength: number, how: { addition: boolean; layernorm: boolean }): number[] {
  const weights = Array.from({ length: blocks }, (_, l) =>
    Float64Array.from({ length: C * C }, (_, k) => (strength * random(l, k)) / Math.sqrt(C)),
  );
  let x = Float64Array.from({ length: C }, (_, i) => random(100, i));
  const kept = weights.map((weight) => {
    const [norm, h, f, y] = [zeros(), zeros(), zeros(), zeros()];
    const [mean, rstd] = [new Float64Array(1), new Float64Array(1)];
    if (how.layernorm) layernormForward(norm, mean, rstd, x, ones, none, 1, 1, C);
    else norm.set(x);
    matmulForward(h, norm, weight, null, 1, 1, C, C);
    geluForward(f, h, C);
    if (how.addition) residualForward(y, x, f, C);
    else y.set(f);
    const block = { x, mean, rstd, norm, h };
    x = y;
    return block;
  });

  let dy = Float64Array.from({ length: C }, (_, i) => random(200, i));
  const start = Math.hypot(...dy);
  const found = [1];
  for (let l = blocks - 1; l >= 0; l--) {
    const { x, mean, rstd, norm, h } = kept[l];
    const [dx, df, dh, dnorm] = [zeros(), zeros(), zeros(), zeros()];
    const [dweight, dgamma, dbeta] = [new Float64Array(C * C), zeros(), zeros()]; // not looked at
    if (how.addition) residualBackward(dx, df, dy, C);
    else df.set(dy);
    geluBackward(dh, df, h, C);
    matmulBackward(dnorm, dweight, null, dh, norm, weights[l], 1, 1, C, C);
    if (how.layernorm) {
      layernormBackward(dx, dgamma, dbeta, dnorm, x, ones, mean, rstd, 1, 1, C);
    } else {
      for (let i = 0; i < C; i++) dx[i] += dnorm[i];
    }
    dy = dx;
    found.push(Math.hypot(...dy) / start);
  }
  return found;
}

function zeros(): Float64Array<ArrayBuffer> {
  return new Float64Array(C);
}

function random(stream: number, index: number): number {
  return normal(openStream(1, stream), index);
}
