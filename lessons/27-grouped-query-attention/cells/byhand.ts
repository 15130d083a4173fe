// The example by hand: two tokens, two heads of queries, and one head of keys and values that both of them read.

import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";

const [B, T, NH, NKV, hs] = [1, 2, 2, 1, 1];
// Of each token: the two queries, the key, the value.
const qkv = Float64Array.of(1, 0, 1, 2, Math.log(3), -Math.log(3), 0, 6);
const dout = Float64Array.of(1, 0, 1, 2); // (T, NH)

const [out, lse] = [new Float64Array(T * NH), new Float64Array(NH * T)];
attentionGroupedForward(out, lse, qkv, Infinity, B, T, NH, NKV, hs);
const dqkv = new Float64Array(qkv.length);
attentionGroupedBackward(dqkv, dout, out, qkv, lse, Infinity, B, T, NH, NKV, hs);

for (const t of [0, 1]) {
  const [head0, head1] = out.subarray(2 * t);
  console.log(`token ${t}: answers ${head0.toFixed(2)} and ${head1.toFixed(2)}`);
}
console.log("gradients    query 0  query 1      key    value");
for (const t of [0, 1]) {
  const row = Array.from(dqkv.subarray(4 * t, 4 * t + 4), (x) => x.toFixed(3).padStart(9));
  console.log(`of token ${t}  ${row.join("")}`);
}
