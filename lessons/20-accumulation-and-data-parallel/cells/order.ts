// Four machines' gradients, added up in float32 in several orders: which sums have the same bits?

import { normal, openStream } from "@llm.ts/kernels/runtime/random.ts";
import { allReduce } from "../machines.ts";

const [machines, N] = [4, 4096];
const rows = Array.from({ length: machines }, (_, r) =>
  Float32Array.from({ length: N }, (_, i) => normal(openStream(1, r), i)),
);

const inOrder = sumOf(rows);
console.log("against ((0 + 1) + 2) + 3:    same bits  largest difference");
compare("accumulated from 0, in order", sumOf([new Float32Array(N), ...rows]));
compare("the last machine first", sumOf(rows.toReversed()));
compare("(0 + 1) + (2 + 3)", sumOf([sumOf(rows.slice(0, 2)), sumOf(rows.slice(2))]));
const ring = ringOf(rows);
compare("around the ring", ring[0]);

const same = ring.filter((row) => row.every((value, i) => value === ring[0][i])).length;
console.log(`\nafter the all-reduce ${same} of ${machines} machines have the same bits`);
const two = rows.slice(0, 2);
console.log(`two machines, ring against 0 + 1: ${count(ringOf(two)[0], sumOf(two))} of ${N}`);

console.log("\nfactor at the beginning, and at the end:");
for (const parts of [2, 3, 4]) {
  const some = rows.slice(0, parts);
  const before = sumOf(some.map((row) => row.map((value) => value * Math.fround(1 / parts))));
  const after = sumOf(some).map((value) => value * Math.fround(1 / parts));
  console.log(`1/${parts}: ${count(before, after)} of ${N} have the same bits`);
}

/** From the first to the last, rounded to float32 after each. */
function sumOf(all: Float32Array[]): Float32Array {
  return all.slice(1).reduce((sum, row) => sum.map((value, i) => value + row[i]), all[0]);
}

/** What each machine has after an all-reduce. */
function ringOf(all: Float32Array[]): Float32Array[] {
  const grads = Float32Array.from(all.flatMap((row) => Array.from(row)));
  allReduce(grads, all.length, N);
  return all.map((_, r) => grads.subarray(r * N, (r + 1) * N));
}

function count(a: Float32Array, b: Float32Array): number {
  return a.filter((value, i) => value === b[i]).length;
}

function compare(name: string, sum: Float32Array): void {
  const worst = Math.max(...sum.map((value, i) => Math.abs(value - inOrder[i])));
  console.log(
    name.padEnd(30),
    String(count(sum, inOrder)).padStart(8),
    worst.toExponential(1).padStart(19),
  );
}
