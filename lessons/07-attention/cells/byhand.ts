// The example by hand: two tokens, one head of one channel. And what the kernel says.

import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";

const [B, T, C, NH] = [1, 2, 1, 1];
//                          q0, k0, v0,           q1, k1, v1
const inp = Float64Array.of(1, 1, 2, Math.log(3), 0, 6);
const dout = Float64Array.of(1, 1);

const [out, preatt, att] = [T * C, T * T, T * T].map((length) => new Float64Array(length));
attentionForward(out, preatt, att, inp, B, T, C, NH);
const [dinp, dpreatt, datt] = [T * 3 * C, T * T, T * T].map((length) => new Float64Array(length));
attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);

console.log("         t2 = 0  t2 = 1");
for (const t of [0, 1]) {
  console.log(`t = ${t}`);
  console.log("  preatt ", list(preatt, t));
  console.log("  att    ", list(att, t));
  console.log("  datt   ", list(datt, t));
  console.log("  dpreatt", list(dpreatt, t));
}
console.log("\nout ", list(out, 0));
for (const t of [0, 1]) {
  const [dq, dk, dv] = dinp.subarray(3 * t).map((x) => Math.round(1000 * x) / 1000);
  console.log(`token ${t}: dq ${dq}, dk ${dk}, dv ${dv}`);
}

function list(table: Float64Array, t: number): string {
  return Array.from(table.subarray(2 * t, 2 * t + 2), (x) => x.toFixed(3).padStart(7)).join(" ");
}
