// Picking a row, and multiplying a table by a row of zeros with a single 1 in it: the same numbers.

import { encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";

const [V, C] = [5, 2];
const wte = Float32Array.of(1, 0, 0, 2, 3, 1, -1, 1, 2, 2);
const token = 3;

const onehot = Float32Array.from({ length: V }, (_, v) => (v === token ? 1 : 0));
console.log("one-hot", list(onehot));
console.log("product", list(multiply(onehot, wte, V, C)));
console.log("row 3  ", list(wte.subarray(token * C, (token + 1) * C)));

// The same with more rows, timed. GPT-2 124M has V = 50257 and C = 768.
const big = { V: 4096, C: 256 };
const table = Float32Array.from({ length: big.V * big.C }, (_, k) => Math.sin(k));
const chosen = Float32Array.from({ length: big.V }, (_, v) => (v === 1000 ? 1 : 0));
const [out, nowhere] = [new Float32Array(big.C), new Float32Array(big.C)];
const product = time(1, () => multiply(chosen, table, big.V, big.C));
const pick = time(1000, () =>
  encoderForward(out, Int32Array.of(1000), table, nowhere, 1, 1, big.C),
);
console.log(`\nV = ${big.V}, C = ${big.C}, one token:`);
console.log(`product ${(product * 1e6).toFixed(1)} microseconds`);
console.log(`picking ${(pick * 1e6).toFixed(1)} microseconds`);

/** Row times table: the rows of the table, each times its number in `weights`, added up. */
function multiply(weights: Float32Array, table: Float32Array, V: number, C: number): Float32Array {
  const out = new Float32Array(C);
  for (let v = 0; v < V; v++) {
    for (let i = 0; i < C; i++) out[i] += weights[v] * table[v * C + i];
  }
  return out;
}

/** Seconds for one call: the best of ten rounds. */
function time(calls: number, call: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const start = performance.now();
    for (let k = 0; k < calls; k++) call();
    best = Math.min(best, (performance.now() - start) / 1000 / calls);
  }
  return best;
}

function list(row: Float32Array): string {
  return Array.from(row, (x) => String(x).padStart(4)).join("");
}
