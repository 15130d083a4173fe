// The example by hand: each row of the tables adds up what comes back from the places that used it.

import { encoderBackward } from "@llm.ts/kernels/encoder/encoder.ts";

const words = ["to", "be", "or", "not", "is"];
const [B, T, C, V, maxT] = [2, 3, 2, 5, 4];
const inp = Int32Array.of(
  ...[0, 1, 2], // to be or
  ...[3, 0, 1], // not to be
);
const dout = Float64Array.of(
  ...[1, 1, 2, 1, 4, 1], // b = 0
  ...[8, 1, 16, 1, 32, 1], // b = 1
);

const dwte = new Float64Array(V * C);
const dwpe = new Float64Array(maxT * C);
encoderBackward(dwte, dwpe, dout, inp, B, T, C);

const places = Array.from(inp.keys()); // every bt
for (let v = 0; v < V; v++) {
  const where = places.filter((bt) => inp[bt] === v);
  console.log(words[v].padEnd(10), count(where).padEnd(26), "kernel:", row(dwte, v));
}
console.log("");
for (let t = 0; t < maxT; t++) {
  const where = places.filter((bt) => bt % T === t);
  console.log(`position ${t}`, count(where).padEnd(26), "kernel:", row(dwpe, t));
}

/** The sum of the rows of dout at these places, written out. */
function count(where: number[]): string {
  if (where.length === 0) return "no place: (0, 0)";
  const sum = Array.from({ length: C }, (_, i) =>
    where.reduce((total, bt) => total + dout[bt * C + i], 0),
  );
  return `${where.map((bt) => row(dout, bt)).join(" + ")} = (${sum.join(", ")})`;
}

function row(table: Float64Array, k: number): string {
  return `(${Array.from(table.subarray(k * C, (k + 1) * C)).join(", ")})`;
}
