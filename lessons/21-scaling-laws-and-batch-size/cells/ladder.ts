// All runs of the ladder: the loss on new text, by size and by steps, the mean of the seeds.

import { ladder } from "./recorded.ts";

const perStep = 4 * 64; // tokens
const sizes = [...new Set(ladder.map(([L, C]) => 12 * L * C * C))].sort((a, b) => a - b);
const lengths = [...new Set(ladder.map(([, , steps]) => steps))].sort((a, b) => a - b);

export const N: number[] = []; // of each point, and so on
export const operations: number[] = [];
export const loss: number[] = [];
export const lowest: number[] = [];
export const highest: number[] = [];

console.log(`      N \\ steps${lengths.map((steps) => String(steps).padStart(8)).join("")}`);
for (const size of sizes) {
  const row = lengths.map((steps) => {
    const seeds = ladder.filter(([L, C, s]) => 12 * L * C * C === size && s === steps);
    if (seeds.length === 0) return "";
    const losses = seeds.map(([, , , , loss]) => loss);
    const mean = losses.reduce((sum, one) => sum + one, 0) / losses.length;
    N.push(size);
    operations.push(6 * size * steps * perStep);
    loss.push(mean);
    lowest.push(Math.min(...losses));
    highest.push(Math.max(...losses));
    return mean.toFixed(3);
  });
  console.log(size.toLocaleString("en").padStart(15) + row.map((x) => x.padStart(8)).join(""));
}
