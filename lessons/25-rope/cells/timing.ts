// How long RoPE takes here, for four sequences of 64 tokens at the width of GPT-2, and how long the product before it.

import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { ropeAngles, ropeBackward, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const [B, T, NH, hs] = [4, 64, 12, 64];
const C = NH * hs;
const cis = ropeAngles(T, hs, 10_000);
const qkv = Float32Array.from({ length: B * T * 3 * C }, (_, i) => Math.sin(i));

const inp = Float32Array.from({ length: B * T * C }, (_, i) => Math.cos(i));
const weight = Float32Array.from({ length: 3 * C * C }, (_, i) => 0.02 * Math.sin(i));
const out = new Float32Array(B * T * 3 * C);

report("matmul for q, k, v", 2, () => matmulForward(out, inp, weight, null, B, T, C, 3 * C));
report("RoPE forward", 20, () => ropeForward(qkv, cis, 1, B, T, NH, NH, hs));
report("RoPE backward", 20, () => ropeBackward(qkv, cis, 1, B, T, NH, NH, hs));

function report(name: string, times: number, call: () => void): void {
  call(); // a warm-up, in which the browser compiles the loop
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < times; k++) {
    const start = performance.now();
    call();
    best = Math.min(best, performance.now() - start);
  }
  console.log(`${name}: ${best.toFixed(2)} ms`);
}
