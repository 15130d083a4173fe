// Many draws, counted: do they come up as often as their probabilities say?

import { sampleToken } from "@llm.ts/kernels/model/sample.ts";
import { nextUniform } from "@llm.ts/kernels/runtime/random.ts";

const logits = Float32Array.of(2, 1, 0, -1, -2);
const draws = 100_000;

const e = logits.map(Math.exp);
const total = e.reduce((sum, x) => sum + x, 0);
const counts = new Array<number>(logits.length).fill(0);
const random = { seed: 15, counter: 0 };
for (let i = 0; i < draws; i++) {
  counts[sampleToken(logits, logits.length, { temperature: 1 }, nextUniform(random))]++;
}

console.log("token  expected   drawn  off by");
for (const [v, count] of counts.entries()) {
  const p = e[v] / total;
  const deviation = Math.sqrt(draws * p * (1 - p)); // the usual size of the difference
  const off = (count - draws * p) / deviation;
  console.log(
    `${String(v).padStart(5)}${(draws * p).toFixed(0).padStart(10)}${String(count).padStart(8)}${off.toFixed(1).padStart(8)}`,
  );
}
console.log("\noff by: in standard deviations");
