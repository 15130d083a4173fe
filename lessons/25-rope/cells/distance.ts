// What a head of eight pairs makes of the distance between a query and a key that were alike before they were turned.

import { ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const [hs, base] = [16, 10_000];
const pairs = hs / 2;
const places = 201;

/** Radians from one place to the next, for each pair. */
export const frequencies = Float64Array.from({ length: pairs }, (_, i) => base ** ((-2 * i) / hs));

// In every pair the query and the key are (1, 0).
const qkv = new Float64Array(places * 3 * hs);
for (let at = 0; at < qkv.length; at += 2) qkv[at] = 1;
ropeForward(qkv, Float64Array.from(ropeAngles(places, hs, base)), 1, 1, places, 1, 1, hs);

/** The product with the query at each distance and the key at place 0, divided by the number of pairs. */
export const product = Float64Array.from({ length: places }, (_, t) => {
  let sum = 0;
  for (let i = 0; i < hs; i++) sum += qkv[t * 3 * hs + i] * qkv[hs + i];
  return sum / pairs;
});

for (const t of [0, 1, 2, 4, 8, 16, 32, 64, 128]) {
  console.log(`${String(t).padStart(3)} apart: ${product[t].toFixed(3).padStart(6)}`);
}
