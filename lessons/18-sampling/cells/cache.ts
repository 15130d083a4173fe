// Attention token by token, keeping the keys and values of all earlier tokens, against attention over the whole text.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";

const [T, C, NH] = [16, 8, 2];
const hs = C / NH;
const inp = Float64Array.from({ length: T * 3 * C }, (_, i) => Math.sin(i * i + 0.5 * i));

const whole = new Float64Array(T * C);
const table = () => new Float64Array(NH * T * T);
attentionForward(whole, table(), table(), inp, 1, T, C, NH);

const keys: Float64Array[] = []; // the cache: C numbers of each for every token so far
const values: Float64Array[] = [];
let worst = 0;
for (let t = 0; t < T; t++) {
  const qkv = inp.subarray(t * 3 * C, (t + 1) * 3 * C); // all that is computed for the new token
  keys.push(qkv.slice(C, 2 * C));
  values.push(qkv.slice(2 * C));
  const out = answer(qkv.subarray(0, C));
  for (let i = 0; i < C; i++) worst = Math.max(worst, Math.abs(out[i] - whole[t * C + i]));
}
console.log(`largest difference: ${worst.toExponential(1)}`);
console.log(`kept: ${keys.length * C} and ${values.length * C} numbers`);

/** What one query gets from all tokens in the cache. */
function answer(q: Float64Array): Float64Array {
  const out = new Float64Array(C);
  for (let h = 0; h < NH; h++) {
    const scores = keys.map((k) => dot(q, k, h * hs) / Math.sqrt(hs));
    const max = Math.max(...scores);
    const e = scores.map((score) => Math.exp(score - max));
    const sum = e.reduce((a, b) => a + b, 0);
    for (const [t2, v] of values.entries()) {
      for (let i = h * hs; i < (h + 1) * hs; i++) out[i] += (e[t2] / sum) * v[i];
    }
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + hs; i++) sum += a[i] * b[i];
  return sum;
}
