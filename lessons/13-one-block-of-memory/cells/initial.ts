// What the parameters are before training, and how widely they are spread.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { initialValues, type ParameterName } from "@llm.ts/kernels/gpt2/parameters.ts";

const config = presets.tiny;
const seed = 1337;

const names: ParameterName[] = ["wte", "qkvw", "attprojw", "fcprojw", "ln1w", "fcb"];
for (const name of names) {
  const values = initialValues(name, config, seed);
  const first = Array.from(values.subarray(0, 4), (x) => x.toFixed(5).padStart(9)).join("");
  const spread = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  console.log(`${name.padEnd(9)}${first} ...   root of the mean square ${spread.toFixed(5)}`);
}
console.log(`0.02 / sqrt(2 L) = ${(0.02 / Math.sqrt(2 * config.L)).toFixed(5)}`);
