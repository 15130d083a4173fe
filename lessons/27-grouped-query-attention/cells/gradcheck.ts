// Every gradient by the backward pass, and by finite differences: in float64, with h = 1e-5.

import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";

const [B, T, NH, hs] = [2, 4, 4, 3];
const h = 1e-5;

for (const NKV of [4, 2, 1]) {
  for (const windowSize of [Infinity, 2]) {
    const N = B * T * (NH + 2 * NKV) * hs;
    const qkv = Float64Array.from({ length: N }, (_, i) => Math.sin(3 * i + 1));
    const dout = Float64Array.from({ length: B * T * NH * hs }, (_, i) => Math.cos(5 * i));
    const [out, lse] = [new Float64Array(dout.length), new Float64Array(B * NH * T)];

    /** Any loss will do; this is the one whose gradient with respect to out is dout. */
    const loss = (x: Float64Array): number => {
      attentionGroupedForward(out, lse, x, windowSize, B, T, NH, NKV, hs);
      return out.reduce((sum, value, i) => sum + value * dout[i], 0);
    };
    loss(qkv);
    const dqkv = new Float64Array(N);
    attentionGroupedBackward(dqkv, dout, out, qkv, lse, windowSize, B, T, NH, NKV, hs);

    let worst = 0;
    for (let i = 0; i < N; i++) {
      const [above, below] = [qkv.slice(), qkv.slice()];
      above[i] += h;
      below[i] -= h;
      worst = Math.max(worst, Math.abs((loss(above) - loss(below)) / (2 * h) - dqkv[i]));
    }
    console.log(
      `NKV ${NKV}, window ${windowSize}: ${N} gradients, largest difference ${worst.toExponential(1)}`,
    );
  }
}
