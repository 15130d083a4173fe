// A query and a key of four channels at two places. Change the places, or the numbers; run it again.

import { ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const [t, t2] = [7, 3]; // places of the query and of the key
const query = [1, 0, 1, 0]; // two pairs: channels 0 and 1, channels 2 and 3
const key = [1, 0, 1, 0];

const hs = 4;
const base = 10_000;
const turnedQuery = turn(query, t);
const turnedKey = turn(key, t2);

console.log(`query at place ${t}:`, list(turnedQuery));
console.log(`key at place ${t2}:  `, list(turnedKey));
for (const [i, radians] of [1, base ** (-2 / hs)].entries()) {
  const pair = [2 * i, 2 * i + 1];
  const product = pair.reduce((sum, c) => sum + turnedQuery[c] * turnedKey[c], 0);
  console.log(`pair ${i}, ${radians} radians a place: ${product.toFixed(4)}`);
}
const product = turnedQuery.reduce((sum, x, c) => sum + x * turnedKey[c], 0);
console.log(`the product of the two: ${product.toFixed(4)}`);

/** One head at one place: the table of angles begins there. */
function turn(head: number[], place: number): Float64Array {
  const qkv = Float64Array.from([...head, ...head, ...head]); // a query, a key, a value
  const cis = Float64Array.from(ropeAngles(1, hs, base, null, place));
  ropeForward(qkv, cis, 1, 1, 1, 1, 1, hs);
  return qkv.slice(0, hs);
}

function list(values: Float64Array): string {
  return Array.from(values, (x) => x.toFixed(4).padStart(8)).join("");
}
