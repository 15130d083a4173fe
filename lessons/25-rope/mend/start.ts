import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/** Turns queries and keys by their place, in place. */
export function ropeForward(
  qkv: Floats, // (B, T, (NH + 2 NKV) hs), updated: of each token NH queries, NKV keys, NKV values
  cis: Floats, // (T, 2, hs/2): the cosine of each pair's angle, then the sines
  apart: number, // the channels of a pair are so far apart: 1 or hs/2
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  const pairs = hs / 2;
  for (let bt = 0; bt < B * T; bt++) {
    const angle = (bt % T) * hs;
    for (let head = 0; head < NH + NKV; head++) {
      const row = (bt * (NH + 2 * NKV) + head) * hs;
      for (let i = 0; i < pairs; i++) {
        const first = row + Math.floor(i / apart) * 2 * apart + (i % apart);
        const cos = cis[angle + i];
        const sin = cis[angle + pairs + i];
        qkv[first] = qkv[first] * cos - qkv[first + apart] * sin;
        qkv[first + apart] = qkv[first] * sin + qkv[first + apart] * cos;
      }
    }
  }
}
