// A row of four channels through LayerNorm. Change any number and run it again.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";

const inp = Float32Array.of(1, 7, 9, 15);
const weight = Float32Array.of(1, 1, 1, 1);
const bias = Float32Array.of(0, 0, 0, 0);

const C = inp.length;
const out = new Float32Array(C);
const mean = new Float32Array(1);
const rstd = new Float32Array(1);
layernormForward(out, mean, rstd, inp, weight, bias, 1, 1, C);

console.log("inp", list(inp));
console.log(spread(inp));
console.log("out", list(out));
console.log(spread(out));
console.log(`kept: mean ${mean[0]}, rstd ${rstd[0].toPrecision(7)}`);

function list(row: Float32Array): string {
  return Array.from(row, (x) => x.toFixed(4).padStart(8)).join("");
}

function spread(row: Float32Array): string {
  const m = row.reduce((sum, x) => sum + x, 0) / C;
  const variance = row.reduce((sum, x) => sum + (x - m) ** 2, 0) / C;
  return `  mean ${m.toPrecision(3)}, variance ${variance.toPrecision(7)}`;
}
