// The gradient by the backward pass, and by finite differences: in float64, with h = 1e-5. Two columns are padding.

import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";

const [B, T, V, Vp] = [1, 2, 4, 6];
const logits = Float64Array.of(1, -0.5, 2, 0.3, 9, 9, -1, 0.2, 0.1, 3, 9, 9);
const dprobs = Float64Array.of(1, -2, 0.5, 3, 7, 7, -1, 2, 0.7, 1.5, 7, 7);
const h = 1e-5;

const probs = new Float64Array(B * T * Vp);
softmaxForward(probs, logits, B, T, V, Vp);
const dlogits = new Float64Array(B * T * Vp);
softmaxBackward(dlogits, dprobs, probs, B, T, V, Vp);

const numerical = logits.map((z, i) => {
  const [above, below] = [logits.slice(), logits.slice()];
  above[i] = z + h;
  below[i] = z - h;
  return (loss(above) - loss(below)) / (2 * h);
});

for (let t = 0; t < T; t++) {
  console.log(`t = ${t}:  backward  differences`);
  for (let i = t * Vp; i < (t + 1) * Vp; i++) console.log(column(dlogits[i]), column(numerical[i]));
}
const worst = Math.max(...dlogits.map((d, i) => Math.abs(d - numerical[i])));
console.log(`largest difference: ${worst.toExponential(1)}`);

/** The loss whose gradient with respect to probs is dprobs. */
function loss(x: Float64Array): number {
  const p = new Float64Array(B * T * Vp);
  softmaxForward(p, x, B, T, V, Vp);
  return p.reduce((sum, value, i) => sum + value * dprobs[i], 0);
}

function column(value: number): string {
  return value.toFixed(7).padStart(14);
}
