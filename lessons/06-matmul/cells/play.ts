// One token of three channels, turned into two output channels. Change any number and run it again.

import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const C = 3;
const OC = 2;
const inp = Float32Array.of(1, 2, 3);
// A row for each output channel.
const weight = Float32Array.from(
  [
    [1, 0, -1],
    [2, 1, 0],
  ].flat(),
);
const bias = Float32Array.of(1, 0);

const out = new Float32Array(OC);
matmulForward(out, inp, weight, bias, 1, 1, C, OC);

for (let o = 0; o < OC; o++) {
  const row = weight.subarray(o * C, (o + 1) * C);
  const terms = Array.from(inp, (x, i) => `${x}*${row[i]}`).join(" + ");
  console.log(`out[${o}] = ${terms} + ${bias[o]} = ${out[o]}`);
}
