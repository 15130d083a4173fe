// The counted model writes: always the likeliest character first, then drawn at several temperatures.

import { type SampleOptions, sampleToken } from "@llm.ts/kernels/model/sample.ts";
import { nextUniform } from "@llm.ts/kernels/runtime/random.ts";
import { logitsAfter, tokens, V } from "./counted.ts";

const prompt = "to ";
const length = 140;

for (const temperature of [0, 0.5, 1, 3]) {
  console.log(`temperature ${temperature}`);
  console.log(`${write({ temperature })}\n`);
}

function write(options: SampleOptions): string {
  const random = { seed: 7, counter: 0 };
  let text = prompt;
  while (text.length < length) {
    text += tokens[sampleToken(logitsAfter(text), V, options, nextUniform(random))];
  }
  return text;
}
