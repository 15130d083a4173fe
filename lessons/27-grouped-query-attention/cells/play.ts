// Four heads of queries over NKV heads of keys and values. Change NKV to 4 or to 1, or make two
// queries the same.

import { attentionGroupedForward } from "@llm.ts/kernels/attention/grouped.ts";

const [T, NH, NKV, hs] = [3, 4, 2, 2];
const windowSize = Infinity; // or 1, 2, 3
const queries = [
  [3, 0],
  [0, 3],
  [3, 0],
  [0, 3],
]; // of the last token, one for each head
const keys = [
  [1, 0],
  [0, 1],
  [0, 0],
]; // of each token; every head of keys has the same
const value = (t: number, head: number) => [10 * t, head]; // so that one can see where it came from

const qkv = new Float64Array(T * (NH + 2 * NKV) * hs);
for (let t = 0; t < T; t++) {
  const kv = Array.from({ length: NKV }, (_, head) => head);
  const row = [...queries, ...kv.map(() => keys[t]), ...kv.map((head) => value(t, head))];
  qkv.set(row.flat(), t * (NH + 2 * NKV) * hs);
}

const [out, lse] = [new Float64Array(T * NH * hs), new Float64Array(NH * T)];
attentionGroupedForward(out, lse, qkv, windowSize, 1, T, NH, NKV, hs);

console.log("answers of the last token:");
for (let h = 0; h < NH; h++) {
  const answer = out.subarray(((T - 1) * NH + h) * hs, ((T - 1) * NH + h + 1) * hs);
  const group = Math.floor(h / (NH / NKV));
  console.log(
    `query head ${h} reads head ${group} of keys and values:`,
    `(${answer[0].toFixed(2)}, ${answer[1].toFixed(2)})`,
  );
}
