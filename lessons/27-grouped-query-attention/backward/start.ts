import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Adds the gradients of queries, keys and values; NH / NKV heads of queries share one of keys. */
export function attentionGroupedBackward(
  dqkv: Floats, // (B, T, (NH + 2 NKV) hs), added to: of each token NH queries, NKV keys, NKV values
  dout: Floats, // (B, T, NH, hs)
  out: Floats, // (B, T, NH, hs), from the forward pass
  qkv: Floats, // (B, T, (NH + 2 NKV) hs)
  lse: Floats, // (B, NH, T), from the forward pass
  windowSize: number, // tokens that a query sees
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  const scale = 1 / Math.sqrt(hs);
  const row = (NH + 2 * NKV) * hs; // of a token

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = 0; // TODO: the head of keys and values that head h of queries looks at
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * row + h * hs;
        const o = ((b * T + t) * NH + h) * hs;

        let dattMean = 0;
        for (let i = 0; i < hs; i++) dattMean += dout[o + i] * out[o + i];

        for (let t2 = Math.max(0, t - windowSize + 1); t2 <= t; t2++) {
          const k = (b * T + t2) * row + (NH + group) * hs;
          const v = k + NKV * hs;
          let score = 0;
          let datt = 0;
          for (let i = 0; i < hs; i++) {
            score += qkv[q + i] * qkv[k + i];
            datt += dout[o + i] * qkv[v + i];
          }
          const att = Math.exp(score * scale - lse[(b * NH + h) * T + t]);

          // TODO: dscore, the gradient of the score, with the scale; then what the key and the value
          // get from this pair.
          const dscore = 0 * att * (datt - dattMean) * scale;
          for (let i = 0; i < hs; i++) {
            dqkv[q + i] += dscore * qkv[k + i];
          }
        }
      }
    }
  }
}
