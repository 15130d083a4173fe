// How long RMSNorm takes here, and LayerNorm beside it, at the width of GPT-2.

import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const [B, T, C] = [4, 64, 768];
const N = B * T * C;

const inp = Float32Array.from({ length: N }, (_, i) => Math.sin(i));
const dout = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
const weight = new Float32Array(C).fill(1.5);
const bias = new Float32Array(C).fill(0.5);
const [out, dinp] = [new Float32Array(N), new Float32Array(N)];
const [mean, rstd] = [new Float32Array(B * T), new Float32Array(B * T)];
const [dweight, dbias] = [new Float32Array(C), new Float32Array(C)];

report("RMSNorm forward", () => rmsnormForward(out, rstd, inp, weight, 1e-5, B, T, C));
report("RMSNorm backward", () => rmsnormBackward(dinp, dweight, dout, inp, weight, rstd, B, T, C));
report("LayerNorm forward", () => layernormForward(out, mean, rstd, inp, weight, bias, B, T, C));
report("LayerNorm backward", () =>
  layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C),
);

function report(name: string, call: () => void): void {
  for (let k = 0; k < 20; k++) call(); // a warm-up, in which the browser compiles the loops
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 40; k++) {
    const start = performance.now();
    for (let j = 0; j < 5; j++) call();
    best = Math.min(best, (performance.now() - start) / 5);
  }
  console.log(`${name}: ${best.toFixed(3)} ms`);
}
