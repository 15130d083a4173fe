// A row of four channels through RMSNorm, and through LayerNorm. Change any number and run it again.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const inp = Float32Array.of(1, -1, 7, 7);
const weight = Float32Array.of(1, 1, 1, 1);
const eps = 1e-5;

const C = inp.length;
const out = new Float32Array(C);
const rstd = new Float32Array(1);
rmsnormForward(out, rstd, inp, weight, eps, 1, 1, C);

const layer = new Float32Array(C);
const noBias = new Float32Array(C);
layernormForward(layer, new Float32Array(1), new Float32Array(1), inp, weight, noBias, 1, 1, C);

console.log("inp      ", list(inp));
console.log(told(inp));
console.log("RMSNorm  ", list(out));
console.log(told(out));
console.log("LayerNorm", list(layer));
console.log(told(layer));
console.log(`kept: rstd ${rstd[0].toPrecision(7)}`);

function list(row: Float32Array): string {
  return Array.from(row, (x) => x.toFixed(4).padStart(9)).join("");
}

function told(row: Float32Array): string {
  const mean = row.reduce((sum, x) => sum + x, 0) / C;
  const square = row.reduce((sum, x) => sum + x * x, 0) / C;
  return `  mean ${mean.toFixed(4)}, mean square ${square.toFixed(4)}`;
}
