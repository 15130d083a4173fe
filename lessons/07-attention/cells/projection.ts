// The output projection of twelve heads, all at once and head by head.

import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

const [B, T, C, NH] = [1, 1, 768, 12]; // one token of GPT-2 124M
const hs = C / NH;
const atty = Float64Array.from({ length: C }, (_, i) => normal(openStream(6, 1), i));
const weight = Float64Array.from({ length: C * C }, (_, i) => 0.02 * normal(openStream(6, 2), i));
const bias = Float64Array.from({ length: C }, (_, i) => 0.1 * normal(openStream(6, 3), i));

const attproj = new Float64Array(C);
matmulForward(attproj, atty, weight, bias, B, T, C, C);

const sum = bias.slice();
const columns = new Float64Array(C * hs); // of weight, those of one head: (C, hs)
const part = new Float64Array(C);
console.log("head  adds to channel 0  sum so far");
console.log(`bias ${bias[0].toFixed(6).padStart(18)} ${sum[0].toFixed(6).padStart(11)}`);
for (let h = 0; h < NH; h++) {
  for (let o = 0; o < C; o++) {
    for (let i = 0; i < hs; i++) columns[o * hs + i] = weight[o * C + h * hs + i];
  }
  matmulForward(part, atty.subarray(h * hs, (h + 1) * hs), columns, null, B, T, hs, C);
  for (let o = 0; o < C; o++) sum[o] += part[o];
  const line = [part[0].toFixed(6).padStart(18), sum[0].toFixed(6).padStart(11)];
  console.log(String(h).padStart(4), ...line);
}
console.log(`attproj${attproj[0].toFixed(6).padStart(28)}`);
const worst = Math.max(...sum.map((x, o) => Math.abs(x - attproj[o])));
console.log(`\nLargest difference over all ${C} channels: ${worst.toExponential(1)}`);
