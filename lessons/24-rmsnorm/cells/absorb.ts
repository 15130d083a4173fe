// A matmul and LayerNorm, and the same from a matmul with other weights and RMSNorm: the mean is taken out of the weights
// once, and the bias of LayerNorm is moved into the matmul that comes after it.

import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";

const [K, C, OC] = [3, 5, 4]; // channels before the norm's matmul, at the norm, and after the next matmul
const some = (n: number, from: number) =>
  Float64Array.from({ length: n }, (_, i) => 2 * Math.sin(7 * (i + from)) + 0.5);
const zeros = (n: number) => new Float64Array(n);

const x = some(K, 1);
const [W1, b1] = [some(C * K, 11), some(C, 31)];
const [weight, bias] = [some(C, 41), some(C, 51)];
const [W2, b2] = [some(OC * C, 61), some(OC, 91)];

// As in GPT-2: matmul, LayerNorm with its bias, matmul.
const h = zeros(C);
const normed = zeros(C);
const before = zeros(OC);
matmulForward(h, x, W1, b1, 1, 1, K, C);
layernormForward(normed, zeros(1), zeros(1), h, weight, bias, 1, 1, C);
matmulForward(before, normed, W2, b2, 1, 1, C, OC);

// The mean over the outputs leaves the first matmul's weights and biases, one column after the other.
const centred = W1.slice();
for (let k = 0; k < K; k++) {
  let mean = 0;
  for (let i = 0; i < C; i++) mean += W1[i * K + k] / C;
  for (let i = 0; i < C; i++) centred[i * K + k] -= mean;
}
const b1Mean = b1.reduce((sum, b) => sum + b, 0) / C;
const b1Centred = b1.map((b) => b - b1Mean);

// The bias goes through the second matmul once and for all: W2 (n + bias) + b2 = W2 n + (W2 bias + b2).
const b2Moved = zeros(OC);
matmulForward(b2Moved, bias, W2, b2, 1, 1, C, OC);

// As in Llama: matmul, RMSNorm, matmul.
const after = zeros(OC);
matmulForward(h, x, centred, b1Centred, 1, 1, K, C);
rmsnormForward(normed, zeros(1), h, weight, 1e-5, 1, 1, C);
matmulForward(after, normed, W2, b2Moved, 1, 1, C, OC);

console.log("with LayerNorm", list(before));
console.log("with RMSNorm  ", list(after));
export const apart = Math.max(...before.map((value, i) => Math.abs(value - after[i])));
console.log(
  apart < 1e-10 ? "The same, to ten digits." : `They differ by up to ${apart.toFixed(4)}.`,
);

function list(row: Float64Array): string {
  return Array.from(row, (value) => value.toFixed(5).padStart(11)).join("");
}
