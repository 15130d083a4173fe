// Where GELU is lowest, and where its slope is largest and smallest.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const N = 80_001;
const x = Float64Array.from({ length: N }, (_, i) => -4 + i / 10_000);
const out = new Float64Array(N);
geluForward(out, x, N);
const slope = new Float64Array(N);
geluBackward(slope, new Float64Array(N).fill(1), x, N);

report("GELU is lowest", out, Math.min);
report("the slope is smallest", slope, Math.min);
report("the slope is largest", slope, Math.max);

// The slopes at x and -x, for ten numbers x:
const sums = Array.from({ length: 10 }, (_, k) => slope[4000 * k] + slope[N - 1 - 4000 * k]);
console.log("slope at x plus slope at -x:");
console.log(sums.map((sum) => sum.toFixed(4)).join(" "));

function report(name: string, values: Float64Array, pick: (a: number, b: number) => number): void {
  const value = values.reduce((a, b) => pick(a, b));
  console.log(`${name}: ${value.toFixed(4)}, at x = ${x[values.indexOf(value)].toFixed(3)}`);
}
