// "to be or not to be", six tokens of two channels. Change a token or a number and run it again.

import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

const words = ["to", "be", "or", "not", "is"]; // the vocabulary: ids 0 to 4
const [B, T, C] = [2, 3, 2];
const inp = Int32Array.of(
  ...[0, 1, 2], // to be or
  ...[3, 0, 1], // not to be
);
const wte = Float32Array.of(
  ...[1, 0], // to
  ...[0, 2], // be
  ...[3, 1], // or
  ...[-1, 1], // not
  ...[2, 2], // is
);
const wpe = Float32Array.of(
  ...[0.1, 0.2], // position 0
  ...[0.3, 0.4], // position 1
  ...[0.5, 0.6], // position 2
  ...[0.7, 0.8], // position 3
);

const out = new Float32Array(B * T * C);
encoderForward(out, inp, wte, wpe, B, T, C);

console.log(" b  t  token         wte           wpe           out");
for (let b = 0; b < B; b++) {
  for (let t = 0; t < T; t++) {
    const bt = b * T + t;
    const rows = [row(wte, inp[bt]), row(wpe, t), row(out, bt)];
    console.log(` ${b}  ${t}  ${words[inp[bt]].padEnd(9)}${rows.join("")}`);
  }
}

function row(table: Float32Array, k: number): string {
  const numbers = Array.from(table.subarray(k * C, (k + 1) * C), (x) => x.toFixed(1));
  return `(${numbers.join(", ")})`.padEnd(14);
}
