// loss = E + A / N^alpha, fitted to the five smaller models after 1,024 steps, and what it says of the largest. Change E.

import { fitPower } from "../power/solution.ts";
import { ladder } from "./recorded.ts";

const steps = 1024;
export const E = 2;

const runs = ladder.filter((run) => run[2] === steps);
export const N = [...new Set(runs.map(([L, C]) => 12 * L * C * C))].sort((a, b) => a - b);
export const loss = N.map((size) => {
  const losses = runs.filter(([L, C]) => 12 * L * C * C === size).map((run) => run[4]);
  return losses.reduce((sum, one) => sum + one, 0) / losses.length;
});

const n = N.length - 1; // the largest is left out
export const fitAt = (E: number) => {
  const out = new Float64Array(2);
  fitPower(out, Float64Array.from(N), Float64Array.from(loss), E, n);
  const off = N.map((size, i) => loss[i] - (E + out[0] / size ** out[1]));
  const squares = off.slice(0, n).reduce((sum, one) => sum + one * one, 0);
  return { A: out[0], alpha: out[1], off, rms: Math.sqrt(squares / n) };
};

const lowest = Math.min(...loss.slice(0, n));
if (E >= lowest) {
  throw new RangeError(
    `E is ${E}. A floor is below every loss that is fitted, and the lowest is ${lowest.toFixed(3)}.`,
  );
}
export const { A, alpha, off } = fitAt(E);
console.log(`E = ${E}: A = ${A.toFixed(2)}, alpha = ${alpha.toFixed(3)}`);
console.log("         N    loss     fit     off");
for (let i = 0; i <= n; i++) {
  const columns = [loss[i], loss[i] - off[i], off[i]].map((x) => x.toFixed(3).padStart(8));
  console.log(N[i].toLocaleString("en").padStart(10) + columns.join(""));
}

console.log("\n   E   alpha  off, rms  the largest");
for (const E of [0, 1, 1.5, 2, 2.2, 2.25, 2.3]) {
  const { A, alpha, rms } = fitAt(E);
  const columns = [alpha.toFixed(3).padStart(8), rms.toFixed(4).padStart(10)];
  columns.push((E + A / N[n] ** alpha).toFixed(3).padStart(13));
  console.log(E.toFixed(2).padStart(4) + columns.join(""));
}
