// Two tokens of four channels, three output channels: the three products on small whole numbers, without a bias.

import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

export const BT = 2;
export const C = 4;
export const OC = 3;

// A row for each token.
export const inp = Float32Array.from(
  [
    [1, 2, 0, -1],
    [3, -2, 1, 2],
  ].flat(),
);
// A row for each output channel.
export const weight = Float32Array.from(
  [
    [1, 0, -1, 2],
    [2, 1, 0, -1],
    [0, -3, 1, 1],
  ].flat(),
);
// A row for each token.
export const dout = Float32Array.from(
  [
    [1, -1, 2],
    [0, 3, -2],
  ].flat(),
);

export const out = new Float32Array(BT * OC);
matmulForward(out, inp, weight, null, 1, BT, C, OC);
export const dinp = new Float32Array(BT * C);
export const dweight = new Float32Array(OC * C);
matmulBackward(dinp, dweight, null, dout, inp, weight, 1, BT, C, OC);

console.log("out", out.join(" "));
console.log("dinp", dinp.join(" "));
console.log("dweight", dweight.join(" "));
