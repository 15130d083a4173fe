// Where each format ends, and how far its numbers are apart: read from the bits themselves.

import { formats } from "@llm.ts/kernels/runtime/half.ts";

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
const widenTo32: Record<string, (bits: number) => number> = {
  float32: (bits) => bits,
  bfloat16: formats.bfloat16.widen,
  float16: formats.float16.widen,
};
const layouts = [
  { name: "float32", exponent: 8, fraction: 23 },
  { name: "bfloat16", exponent: 8, fraction: 7 },
  { name: "float16", exponent: 5, fraction: 10 },
];

console.log("             largest   smallest normal   smallest   after 1   half of that");
export const ends = layouts.map(({ name, exponent, fraction }) => {
  const numberOf = (bits: number) => {
    word[0] = widenTo32[name](bits >>> 0);
    return float[0];
  };
  const infinity = (2 ** exponent - 1) * 2 ** fraction; // the exponent all ones, the fraction 0
  const one = (2 ** (exponent - 1) - 1) * 2 ** fraction;
  const largest = numberOf(infinity - 1);
  const normal = numberOf(2 ** fraction);
  const smallest = numberOf(1);
  const after1 = numberOf(one + 1) - numberOf(one);
  const power = (x: number) => `2^${Math.log2(x)}`;
  console.log(
    name.padEnd(9) +
      largest.toPrecision(6).padStart(11) +
      [normal, smallest, after1, after1 / 2]
        .map((x, i) => power(x).padStart([18, 11, 10, 15][i]))
        .join(""),
  );
  return { name, largest, normal, smallest, after1 };
});
