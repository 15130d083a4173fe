// Eight numbers through dropout, and what comes of one of them on average over many steps.

import { openStream, uniform } from "@llm.ts/kernels/runtime/random.ts";

const p = 0.25; // try others
const seed = 1;
const inp = [6, -2, 1, 3, 0.5, -4, 2, 5];

const isKept = (step: number, i: number) => uniform(openStream(seed, step), i) >= p;
for (const step of [1, 2, 3]) {
  const out = inp.map((x, i) => (isKept(step, i) ? x / (1 - p) : 0));
  console.log(`step ${step}:${out.map((y) => y.toFixed(2).padStart(7)).join("")}`);
}

const steps = 20_000;
let [sum, squares] = [0, 0];
for (let step = 0; step < steps; step++) {
  const y = isKept(step, 0) ? inp[0] / (1 - p) : 0;
  sum += y;
  squares += (y - inp[0]) ** 2;
}
console.log(`\nthe first number, over ${steps.toLocaleString("en")} steps:`);
console.log(`mean     ${(sum / steps).toFixed(2)}, expected ${inp[0].toFixed(2)}`);
console.log(
  `variance ${(squares / steps).toFixed(2)}, expected ${((inp[0] ** 2 * p) / (1 - p)).toFixed(2)}`,
);
