// The example by hand: the two terms of the slope at 1 and at -1, and what the kernel says.

import { geluBackward } from "@llm.ts/kernels/gelu/gelu.ts";

const inp = Float64Array.of(1, -1);
const dout = Float64Array.of(2, 2);
const N = inp.length;

const scale = Math.sqrt(2 / Math.PI);
const u = inp.map((x) => scale * (x + 0.044715 * x ** 3));
const tanh = u.map(Math.tanh);
const dtanh = tanh.map((t) => 1 - t * t);
const du = inp.map((x) => scale * (1 + 3 * 0.044715 * x * x));
const first = tanh.map((t) => 0.5 * (1 + t));
const second = inp.map((x, i) => 0.5 * x * dtanh[i] * du[i]);

const dinp = new Float64Array(N);
geluBackward(dinp, dout, inp, N);

const rows = { x: inp, u, tanh, dtanh, "du/dx": du, "first term": first, "second term": second };
for (const [name, values] of Object.entries(rows)) print(name, values);
print(
  "slope",
  first.map((value, i) => value + second[i]),
);
console.log("\nby the kernel, with dout = 2:");
print("dinp", dinp);

function print(name: string, values: Float64Array): void {
  console.log(name.padEnd(12) + Array.from(values, (x) => x.toFixed(4).padStart(9)).join(""));
}
