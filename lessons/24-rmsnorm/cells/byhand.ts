// The example by hand, path by path, and what the kernel says.

import { rmsnormBackward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const inp = Float64Array.of(1, -1, 7, 7);
const weight = Float64Array.of(1, 1, 2, 1);
const dout = Float64Array.of(0, 0, 1, 0); // only one output matters to the loss
const C = 4;
const rstd = Float64Array.of(1 / 5); // eps left out

const norm = inp.map((x) => x * rstd[0]);
const dnorm = dout.map((d, i) => d * weight[i]);
const dnormNormMean = dnorm.reduce((sum, d, i) => sum + d * norm[i], 0) / C;

const straight = dnorm.map((d) => rstd[0] * d);
const throughRstd = norm.map((n) => -rstd[0] * n * dnormNormMean);
const sum = straight.map((d, i) => d + throughRstd[i]);

const dinp = new Float64Array(C);
const dweight = new Float64Array(C);
rmsnormBackward(dinp, dweight, dout, inp, weight, rstd, 1, 1, C);

console.log("norm", list(norm));
console.log("\ndL/dinp, path by path:");
console.log("inp ", list(straight));
console.log("rstd", list(throughRstd));
console.log("sum ", list(sum));
console.log("\nand by the kernel:");
console.log("dinp", list(dinp));
const along = dinp.reduce((total, d, i) => total + d * inp[i], 0);
console.log("dinp times inp, added up:", along.toFixed(3).replace("-0.000", "0.000"));

function list(row: Float64Array): string {
  return Array.from(row, (x) => x.toFixed(3).padStart(7)).join("");
}
