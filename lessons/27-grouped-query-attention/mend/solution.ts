import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Every token attends to itself and those before it; NH / NKV heads of queries share one of keys. */
export function attentionGroupedForward(
  out: Floats, // (B, T, NH, hs), written
  lse: Floats, // (B, NH, T), written
  qkv: Floats, // (B, T, (NH + 2 NKV) hs): of each token NH queries, NKV keys, NKV values
  windowSize: number, // tokens that a query sees
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  const row = (NH + 2 * NKV) * hs; // of a token
  const scores = new Float64Array(T);

  for (let b = 0; b < B; b++) {
    for (let h = 0; h < NH; h++) {
      const group = Math.floor(h / (NH / NKV));
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * row + h * hs;
        const o = ((b * T + t) * NH + h) * hs;
        const first = Math.max(0, t - windowSize + 1);
        const keyOf = (t2: number) => (b * T + t2) * row + (NH + group) * hs;

        let max = -Infinity;
        for (let t2 = first; t2 <= t; t2++) {
          let score = 0;
          for (let i = 0; i < hs; i++) score += qkv[q + i] * qkv[keyOf(t2) + i];
          scores[t2] = score / Math.sqrt(hs);
          max = Math.max(max, scores[t2]);
        }
        let sum = 0;
        for (let t2 = first; t2 <= t; t2++) sum += Math.exp(scores[t2] - max);
        lse[(b * NH + h) * T + t] = max + Math.log(sum);

        for (let i = 0; i < hs; i++) {
          let answer = 0;
          for (let t2 = first; t2 <= t; t2++) {
            answer += (Math.exp(scores[t2] - max) / sum) * qkv[keyOf(t2) + NKV * hs + i];
          }
          out[o + i] = answer;
        }
      }
    }
  }
}
