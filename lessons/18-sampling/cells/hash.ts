// Numbers drawn by a hash: each is made from the seed and its index, and from nothing else.

import { nextUniform, openStream, streams, uniform } from "@llm.ts/kernels/runtime/random.ts";

const stream = openStream(1, streams.sampling); // seed 1
console.log("index        u");
for (const index of [0, 1, 2, 1_000_000]) {
  console.log(String(index).padStart(7) + uniform(stream, index).toFixed(6).padStart(10));
}

const random = { seed: 1, counter: 2 }; // goes on from index 2
console.log(`\nfrom a counter of 2: ${nextUniform(random).toFixed(6)}`);
console.log(`the counter is now ${random.counter}`);

const tenths = new Array<number>(10).fill(0);
for (let index = 0; index < 100_000; index++) tenths[Math.floor(10 * uniform(stream, index))]++;
console.log("\n100,000 numbers, counted by tenths:");
console.log(tenths.slice(0, 5).join(" "));
console.log(tenths.slice(5).join(" "));
