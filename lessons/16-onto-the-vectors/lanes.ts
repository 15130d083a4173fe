// The processor's vectors as a few functions: four float32 at once, under the names that they have in WebAssembly. Here each
// is a small array, and a loop does what a processor does in one instruction, so it is slow; the numbers are the same.

import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Four lanes. */
export type Lanes = Float32Array;

const lanes = (lane: (k: number) => number): Lanes =>
  Float32Array.from({ length: 4 }, (_, k) => lane(k));

/** The four numbers at array[at] to array[at + 3]. */
export const load = (array: Floats, at: number): Lanes => {
  inside(array, at, 4);
  return lanes((k) => array[at + k]);
};

/** Puts the four lanes at array[at] to array[at + 3]. */
export const store = (array: Floats, at: number, x: Lanes): void => {
  inside(array, at, 4);
  for (let k = 0; k < 4; k++) array[at + k] = x[k];
};

/** The first `count` numbers at array[at], at most four; `rest` in the lanes after them. */
export const loadUpTo = (array: Floats, at: number, count: number, rest = 0): Lanes => {
  inside(array, at, Math.min(count, 4));
  return lanes((k) => (k < count ? array[at + k] : rest));
};

/** Puts the first `count` lanes at array[at], at most four. */
export const storeUpTo = (array: Floats, at: number, x: Lanes, count: number): void => {
  inside(array, at, Math.min(count, 4));
  for (let k = 0; k < Math.min(count, 4); k++) array[at + k] = x[k];
};

/** The same number in all lanes. */
export const splat = (value: number): Lanes => lanes(() => value);

export const add = (x: Lanes, y: Lanes): Lanes => lanes((k) => x[k] + y[k]);
export const sub = (x: Lanes, y: Lanes): Lanes => lanes((k) => x[k] - y[k]);
export const mul = (x: Lanes, y: Lanes): Lanes => lanes((k) => x[k] * y[k]);
export const div = (x: Lanes, y: Lanes): Lanes => lanes((k) => x[k] / y[k]);
export const max = (x: Lanes, y: Lanes): Lanes => lanes((k) => Math.max(x[k], y[k]));
export const min = (x: Lanes, y: Lanes): Lanes => lanes((k) => Math.min(x[k], y[k]));

/** x * y + z, rounded once. The product is exact in float64; the sum is rounded there too, which hardly ever shows. */
export const madd = (x: Lanes, y: Lanes, z: Lanes): Lanes => lanes((k) => x[k] * y[k] + z[k]);

/** The sum of the four lanes: 0 and 2, 1 and 3, and then those two sums. */
export const sum = (x: Lanes): number =>
  Math.fround(Math.fround(x[0] + x[2]) + Math.fround(x[1] + x[3]));

/** @throws RangeError where numbers beyond the array would be read or written: WebAssembly would take what comes after it */
function inside(array: Floats, at: number, count: number): void {
  if (at >= 0 && at + count <= array.length) return;
  throw new RangeError(
    `${count} lanes at ${at} are not within an array of ${array.length} numbers`,
  );
}
