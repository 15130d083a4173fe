// Five words that could come next, and how much of the line from 0 to 1 belongs to each. Change the options.

import { type SampleOptions, sampleToken } from "@llm.ts/kernels/model/sample.ts";

const words = ["sea", "moon", "table", "idea", "seven"];
const logits = Float32Array.of(2, 1, 0, -1, -2);
const options: SampleOptions = { temperature: 1 }; // topK: 2, topP: 0.8

const V = words.length;
const draws = 10_000; // u goes through the line from 0 to 1 in steps of 1/10,000
const counts = new Array<number>(V).fill(0);
for (let i = 0; i < draws; i++) {
  counts[sampleToken(logits, V, options, (i + 0.5) / draws)]++;
}

for (let v = 0; v < V; v++) {
  const share = counts[v] / draws;
  const bar = "#".repeat(Math.round(20 * share));
  console.log(`${words[v].padEnd(6)}${share.toFixed(4)} ${bar}`);
}
for (const u of [0.1, 0.5, 0.9]) {
  console.log(`u = ${u}: ${words[sampleToken(logits, V, options, u)]}`);
}
