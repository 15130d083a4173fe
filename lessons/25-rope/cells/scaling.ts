// How Llama 3.1 stretches the slow turns of Llama 3: for how many tokens does a pair take to go round once?

import { ropeAngles } from "@llm.ts/kernels/rope/rope.ts";

const [hs, base] = [128, 500_000];
const scaling = { factor: 8, low: 1, high: 4, before: 8192 };

const plain = ropeAngles(2, hs, base);
const stretched = ropeAngles(2, hs, base, scaling);

console.log("pair  Llama 3  Llama 3.1  slower by");
for (const i of [0, 16, 28, 30, 32, 34, 36, 48, 63]) {
  const [before, after] = [roundOf(plain, i), roundOf(stretched, i)];
  console.log(
    String(i).padStart(4),
    tokens(before).padStart(8),
    tokens(after).padStart(10),
    (after / before).toFixed(2).padStart(10),
  );
}

/** Tokens for a full turn, from the angle between place 0 and place 1. */
function roundOf(cis: Float32Array, i: number): number {
  return (2 * Math.PI) / Math.atan2(cis[hs + hs / 2 + i], cis[hs + i]);
}

function tokens(count: number): string {
  return count < 100 ? count.toFixed(1) : Math.round(count).toLocaleString("en-GB");
}
