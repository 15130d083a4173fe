// One head of two channels looks at four tokens. Change any number and run it again.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";

const tokens = [
  { q: [1, 0], k: [1, 0], v: [1, 1] },
  { q: [0, 2], k: [0, 1], v: [5, 2] },
  { q: [2, 0], k: [1, 1], v: [3, 9] },
  { q: [1, 3], k: [2, 0], v: [7, 4] },
];

const [B, T, C, NH] = [1, tokens.length, 2, 1];
const inp = Float32Array.from(tokens.flatMap(({ q, k, v }) => [...q, ...k, ...v])); // (B, T, 3C)
const out = new Float32Array(B * T * C);
const preatt = new Float32Array(B * NH * T * T);
const att = new Float32Array(B * NH * T * T);
attentionForward(out, preatt, att, inp, B, T, C, NH);

console.log("scores, preatt (0 where a token may not look)");
print(preatt, T);
console.log("weights, att");
print(att, T);
console.log("answers, out");
print(out, C);

function print(table: Float32Array, columns: number): void {
  for (let t = 0; t < T; t++) {
    const row = table.subarray(t * columns, (t + 1) * columns);
    console.log(`  t = ${t} ${Array.from(row, (x) => x.toFixed(3).padStart(7)).join("")}`);
  }
}
