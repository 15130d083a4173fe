// A block of 32 weights in Q8_0, and the same block after one of them has become large.

import { quantize, widenScales } from "@llm.ts/kernels/runtime/q8.ts";
import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

const stream = openStream(1, 0);
const block = Float32Array.from({ length: 32 }, (_, i) => 0.02 * normal(stream, i));
look("32 weights like GPT-2's", block);
block[5] = 4;
look("one of them 4", block);

function look(name: string, block: Float32Array): void {
  const rounded = quantize(block);
  if (!rounded) throw new Error("a scale is too large for float16");
  const [scale] = widenScales(rounded.scales);
  const others = [...block.keys()].filter((i) => i !== 5);
  const zeros = others.filter((i) => rounded.numbers[i] === 0).length;
  const worst = Math.max(...others.map((i) => Math.abs(block[i] - scale * rounded.numbers[i])));
  console.log(`${name}: scale ${scale.toFixed(5)}`);
  console.log(`  of the other 31, ${zeros} became 0; the largest error is ${worst.toFixed(5)}`);
  console.log(`  ${Array.from(rounded.numbers.slice(0, 12)).join(" ")} ...`);
}
