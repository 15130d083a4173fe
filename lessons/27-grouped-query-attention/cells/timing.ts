// How long grouped attention takes here, at the width of GPT-2, with fewer and fewer heads of keys and values.

import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";

const [B, T, NH, hs] = [1, 128, 12, 64];
const dout = Float32Array.from({ length: B * T * NH * hs }, (_, i) => Math.cos(i));
const [out, lse] = [new Float32Array(dout.length), new Float32Array(B * NH * T)];

console.log("NKV  window   forward  backward  kept for a token");
for (const [NKV, windowSize] of [
  [12, Infinity],
  [3, Infinity],
  [1, Infinity],
  [1, 32],
]) {
  const qkv = Float32Array.from({ length: B * T * (NH + 2 * NKV) * hs }, (_, i) => Math.sin(i));
  const dqkv = new Float32Array(qkv.length);
  const forward = best(() => attentionGroupedForward(out, lse, qkv, windowSize, B, T, NH, NKV, hs));
  const backward = best(() =>
    attentionGroupedBackward(dqkv, dout, out, qkv, lse, windowSize, B, T, NH, NKV, hs),
  );
  console.log(
    String(NKV).padStart(3) + String(windowSize).padStart(10),
    `${forward.toFixed(1)} ms`.padStart(8),
    `${backward.toFixed(1)} ms`.padStart(9),
    `${2 * NKV * hs} numbers`.padStart(14),
  );
}

function best(call: () => void): number {
  call(); // a warm-up, in which the browser compiles the loop
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 5; k++) {
    const start = performance.now();
    call();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
