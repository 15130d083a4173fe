// How fast the kernel is here, and what that makes of a training step of GPT-2.

import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const [B, T, C, OC] = [1, 64, 768, 768];
const array = (length: number) => Float32Array.from({ length }, (_, k) => Math.sin(k));
const [inp, weight, bias, dout] = [B * T * C, OC * C, OC, B * T * OC].map(array);
const out = new Float32Array(B * T * OC);
const [dinp, dweight, dbias] = [B * T * C, OC * C, OC].map((length) => new Float32Array(length));

const flops = 2 * B * T * C * OC; // of one product; the backward pass has two
const forward = time(() => matmulForward(out, inp, weight, bias, B, T, C, OC));
const backward = time(() => matmulBackward(dinp, dweight, dbias, dout, inp, weight, B, T, C, OC));
console.log(`forward:  ${(forward * 1000).toFixed(1)} ms, ${rate(flops, forward)} GFLOP/s`);
console.log(`backward: ${(backward * 1000).toFixed(1)} ms, ${rate(2 * flops, backward)} GFLOP/s`);

// All matrices of GPT-2 124M, each parameter of which costs 6 operations for every token.
const matrices = 12 * 12 * C * C + 50257 * C;
const perToken = (6 * matrices * (forward + backward)) / (3 * flops);
console.log(`\nGPT-2 124M, for one token: ${perToken.toFixed(2)} s`);
console.log(`for a step of 4 x 64: ${(4 * 64 * perToken).toFixed(0)} s`);

/** Seconds for one call: the best of ten. */
function time(call: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 10; k++) {
    const start = performance.now();
    call();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

function rate(operations: number, seconds: number): string {
  return (operations / seconds / 1e9).toFixed(1);
}
