// How far the mean over so many neighbouring targets strays, and how far it would if they were independent.

import { losses as recorded } from "./losses.ts";

const losses = recorded; // all 8,192

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation, as it is estimated from a sample. */
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

if (losses.length < 4) {
  throw new Error(`There are ${losses.length} losses, and two blocks of two take 4.`);
}
const s = deviation(losses);
const isTwice = (n: number) => losses.length >= 2 * n; // a spread takes two blocks
export const targets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].filter(isTwice);
export const independent = targets.map((n) => s / Math.sqrt(n));
export const measured = targets.map((n) => {
  const blocks = Array.from({ length: Math.floor(losses.length / n) }, (_, k) =>
    mean(losses.slice(k * n, (k + 1) * n)),
  );
  return deviation(blocks);
});

console.log(`${losses.length} targets: mean ${mean(losses).toFixed(3)}, deviation ${s.toFixed(3)}`);
console.log("targets  measured  independent  factor");
for (const [i, n] of targets.entries()) {
  const factor = measured[i] / independent[i];
  console.log(
    String(n).padStart(7) + measured[i].toFixed(4).padStart(10),
    independent[i].toFixed(4).padStart(12) + factor.toFixed(2).padStart(8),
  );
}
if (isTwice(256)) {
  const error = measured[targets.indexOf(256)] / Math.sqrt(losses.length / 256);
  console.log(`\nstandard error of the whole: ${error.toFixed(4)} from blocks of 256,`);
} else {
  console.log(
    `\nTwo blocks of 256 take 512 targets: with ${losses.length} the standard error is known only as`,
  );
}
console.log(`${(s / Math.sqrt(losses.length)).toFixed(4)} if they were independent`);
console.log(`targets for an error of 0.01: ${Math.ceil((s / 0.01) ** 2)} if they were independent`);
