// The example by hand, path by path, and what the kernel says.

import { layernormBackward } from "@llm.ts/kernels/layernorm/layernorm.ts";

const inp = Float64Array.of(1, 7, 9, 15);
const weight = Float64Array.of(2, 1, 1, 1);
const dout = Float64Array.of(1, 0, 0, 0); // only the first output matters to the loss
const C = 4;
const mean = Float64Array.of(8);
const rstd = Float64Array.of(1 / 5); // eps left out

const norm = inp.map((x) => (x - mean[0]) * rstd[0]);
const dnorm = dout.map((d, i) => d * weight[i]);
const average = (row: Float64Array) => row.reduce((sum, x) => sum + x, 0) / C;

const straight = dnorm.map((d) => rstd[0] * d);
const throughMean = dnorm.map(() => -rstd[0] * average(dnorm));
const dnormNorm = dnorm.map((d, i) => d * norm[i]);
const throughRstd = norm.map((n) => -rstd[0] * n * average(dnormNorm));
const sum = straight.map((d, i) => d + throughMean[i] + throughRstd[i]);

const dinp = new Float64Array(C);
const dweight = new Float64Array(C);
const dbias = new Float64Array(C);
layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, 1, 1, C);

console.log("norm", list(norm));
console.log("\ndL/dinp, path by path:");
console.log("inp ", list(straight));
console.log("mean", list(throughMean));
console.log("rstd", list(throughRstd));
console.log("sum ", list(sum));
console.log("\nand by the kernel:");
console.log("dinp", list(dinp));

function list(row: Float64Array): string {
  return Array.from(row, (x) => x.toFixed(3).padStart(7)).join("");
}
