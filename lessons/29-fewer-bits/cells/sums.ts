// A sum that is kept in 16 bits stops growing, and one that is kept in float32 does not.

import { formats, type HalfFormat } from "@llm.ts/kernels/runtime/half.ts";

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
function round(x: number, format: HalfFormat): number {
  float[0] = x;
  word[0] = formats[format].widen(formats[format].narrow(word[0]));
  return float[0];
}

for (const format of ["bfloat16", "float16"] as const) {
  let sum = 0;
  for (let n = 0; n < 5000; n++) sum = round(sum + 1, format);
  console.log(`5000 ones in ${format.padEnd(9)} ${sum}`);
}
let sum = 0;
for (let n = 0; n < 5000; n++) sum = Math.fround(sum + round(1, "bfloat16"));
console.log(
  `numbers in bfloat16, the sum in float32: ${sum}, and once rounded ${round(sum, "bfloat16")}`,
);
