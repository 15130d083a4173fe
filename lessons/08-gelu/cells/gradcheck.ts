// The slope by the backward pass, and by finite differences: in float64, with h = 1e-5.

import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";

const inp = Float64Array.of(-5, -1.4, -0.75, -0.1, 0, 0.1, 0.75, 1.4, 5);
const dout = Float64Array.of(1, -2, 0.5, 3, 1, -1, 2, 0.7, 1);
const N = inp.length;
const h = 1e-5;

const dinp = new Float64Array(N);
geluBackward(dinp, dout, inp, N);

const numerical = inp.map((x, i) => {
  const [above, below] = [inp.slice(), inp.slice()];
  above[i] = x + h;
  below[i] = x - h;
  return (loss(above) - loss(below)) / (2 * h);
});

console.log("      x   backward  differences");
for (let i = 0; i < N; i++) {
  console.log(inp[i].toFixed(2).padStart(7), column(dinp[i]), column(numerical[i]));
}
const worst = Math.max(...dinp.map((d, i) => Math.abs(d - numerical[i])));
console.log(`largest difference: ${worst.toExponential(1)}`);

/** Any loss will do; this is the one whose gradient with respect to out is dout. */
function loss(x: Float64Array): number {
  const out = new Float64Array(N);
  geluForward(out, x, N);
  return out.reduce((sum, value, i) => sum + value * dout[i], 0);
}

function column(value: number): string {
  return value.toFixed(7).padStart(11);
}
