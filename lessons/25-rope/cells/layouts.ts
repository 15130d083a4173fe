// The two layouts: which channels make a pair. A head of four channels, turned by either, and a score of both.

import { ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";

const hs = 4;
const query = [1, 2, 3, 4];
const key = [2, -1, 1, 3];
const [t, t2] = [5, 2];

/** The same head in the order of the other layout: first the first channels of all pairs, then the second ones. */
const reorder = ([a0, b0, a1, b1]: number[]) => [a0, a1, b0, b1];

console.log("apart 1, channels 0 1 2 3:", score(query, key, 1).toFixed(4));
console.log("apart 2, channels 0 2 1 3:", score(reorder(query), reorder(key), 2).toFixed(4));
console.log("apart 2, channels 0 1 2 3:", score(query, key, 2).toFixed(4));

/** The product of the query at place t and the key at place t2. */
function score(q: number[], k: number[], apart: number): number {
  const [a, b] = [turn(q, t, apart), turn(k, t2, apart)];
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function turn(head: number[], place: number, apart: number): Float64Array {
  const qkv = Float64Array.from([...head, ...head, ...head]);
  const cis = Float64Array.from(ropeAngles(1, hs, 10_000, null, place));
  ropeForward(qkv, cis, apart, 1, 1, 1, 1, hs);
  return qkv.slice(0, hs);
}
