// The example by hand: two tokens of three channels, two output channels.

import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";

const [T, C, OC] = [2, 3, 2];
// A row for each token.
const inp = Float64Array.from(
  [
    [1, 2, 3],
    [4, 0, -2],
  ].flat(),
);
// A row for each output channel.
const weight = Float64Array.from(
  [
    [1, 0, -1],
    [2, 1, 0],
  ].flat(),
);
const bias = Float64Array.of(1, 0);
// A row for each token.
const dout = Float64Array.from(
  [
    [1, 2],
    [0, -1],
  ].flat(),
);

const out = new Float64Array(T * OC);
matmulForward(out, inp, weight, bias, 1, T, C, OC);
print("out", out, OC);

const dinp = new Float64Array(T * C);
const dweight = new Float64Array(OC * C);
const dbias = new Float64Array(OC);
matmulBackward(dinp, dweight, dbias, dout, inp, weight, 1, T, C, OC);
print("dinp", dinp, C);
print("dweight", dweight, C);
print("dbias", dbias, OC);

/** A matrix, a line for each row. */
function print(name: string, values: Float64Array, columns: number): void {
  for (let at = 0; at < values.length; at += columns) {
    const row = Array.from(values.subarray(at, at + columns), (x) => String(x).padStart(4));
    console.log((at === 0 ? name : "").padEnd(8), row.join(""));
  }
}
