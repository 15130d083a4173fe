// A vector of two channels through RMSNorm, and the gradient of its input for 72 directions of the gradient that arrives.

import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const C = 2;
const inp = Float64Array.of(2, 1);
const weight = Float64Array.of(1, 1);

const [out, rstd] = [new Float64Array(C), new Float64Array(1)];
rmsnormForward(out, rstd, inp, weight, 0, 1, 1, C);
export const norm = Array.from(out);

export const g: number[] = []; // two numbers for each direction
export const rest: number[] = []; // dinp / rstd: what is left of g
for (let k = 0; k < 72; k++) {
  const angle = (2 * Math.PI * k) / 72;
  const dout = Float64Array.of(Math.cos(angle), Math.sin(angle));
  const dinp = new Float64Array(C);
  rmsnormBackward(dinp, new Float64Array(C), dout, inp, weight, rstd, 1, 1, C);
  g.push(...dout);
  rest.push(...dinp.map((d) => d / rstd[0]));
}

const along = rest.map((d, i) => d * norm[i % C]);
const most = Math.max(...along.map((_, i) => (i % C ? Math.abs(along[i - 1] + along[i]) : 0)));
console.log(
  `norm is (${norm.map((x) => x.toFixed(3)).join(", ")}), of length ${Math.hypot(...norm).toFixed(3)}`,
);
console.log(`dinp times norm is ${most.toExponential(0)} at most, in 72 directions`);
