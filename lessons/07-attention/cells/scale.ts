// How widely scores are spread, and what a softmax makes of them, for heads of several sizes.

import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";

const keys = 16; // in each row
const rows = 500;
const stream = openStream(6, 0);
let index = 0;
const next = () => normal(stream, index++); // mean 0, variance 1

console.log("       variance  largest weight");
console.log(" hs    q.k scaled    q.k scaled");
for (const hs of [1, 4, 16, 64, 256]) {
  const scores: number[] = [];
  let [largest, largestScaled] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const q = Array.from({ length: hs }, next);
    const dots = Array.from({ length: keys }, () => q.reduce((sum, x) => sum + x * next(), 0));
    scores.push(...dots);
    largest += Math.max(...softmax(dots)) / rows;
    largestScaled += Math.max(...softmax(dots.map((x) => x / Math.sqrt(hs)))) / rows;
  }
  const variance = scores.reduce((sum, x) => sum + x * x, 0) / scores.length; // the mean is 0
  const columns = [
    String(hs).padStart(3),
    variance.toFixed(1).padStart(7),
    (variance / hs).toFixed(2).padStart(7),
    largest.toFixed(2).padStart(7),
    largestScaled.toFixed(2).padStart(7),
  ];
  console.log(columns.join(""));
}

function softmax(row: number[]): number[] {
  const max = Math.max(...row);
  const e = row.map((x) => Math.exp(x - max));
  const sum = e.reduce((total, x) => total + x, 0);
  return e.map((x) => x / sum);
}
