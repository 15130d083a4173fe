// The 16 tensors of GPT-2: how many numbers each has, and where it begins in the one block.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import {
  countParameters,
  parameterLength,
  parameterNames,
  parameterOffsets,
  parameterShape,
} from "@llm.ts/kernels/gpt2/parameters.ts";

const config = presets["gpt2-124M"]; // or tiny, small, medium
const offsets = parameterOffsets(config);
const total = countParameters(config);

for (const name of parameterNames) {
  const shape = `(${parameterShape(name, config).join(", ")})`;
  const length = parameterLength(name, config);
  const share = ((100 * length) / total).toFixed(2).padStart(6);
  console.log(
    `${name.padEnd(9)}${shape.padEnd(18)}${show(length)}${share}%  from ${show(offsets[name])}`,
  );
}
console.log(
  `${"all".padEnd(27)}${show(total)}, ${((4 * total) / 2 ** 20).toFixed(1)} MiB in float32`,
);

function show(count: number): string {
  return count.toLocaleString("en").padStart(12);
}
