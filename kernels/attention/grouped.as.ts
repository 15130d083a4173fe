// Attention whose queries share keys and values, on the processor's vectors: each query of flash.as.ts taken alone. The heads
// of queries are shared out among the threads; in the backward pass those of keys, which gather from all that look at them.

import { first } from "../runtime/wasm/share.as";
import { answer, rowBackward } from "./flash.as";

/** The first token that a query sees. */
export function firstSeen(t: i32, windowSize: f64): i32 {
  return <i32>max(0, <f64>(t + 1) - windowSize);
}

export function attentionGroupedForward(
  out: usize, // (B, T, NH, hs), written
  lse: usize, // (B, NH, T), written
  qkv: usize, // (B, T, (NH + 2 NKV) hs)
  windowSize: f64,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  const head = <usize>hs * 4; // bytes
  const next = <usize>(NH + 2 * NKV) * head;
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const h = bh % NH;
    const text = qkv + <usize>(b * T) * next;
    const queries = text + <usize>h * head;
    const keys = text + <usize>(NH + h / (NH / NKV)) * head;
    for (let t = 0; t < T; t++) {
      const from = firstSeen(t, windowSize);
      const o = out + <usize>((b * T + t) * NH + h) * head;
      const k = keys + <usize>from * next;
      const toValue = <usize>NKV * head;
      const sum = answer(o, queries + <usize>t * next, k, t + 1 - from, next, toValue, hs);
      store<f32>(lse + <usize>(bh * T + t) * 4, sum);
    }
  }
}

export function attentionGroupedBackward(
  dqkv: usize, // (B, T, (NH + 2 NKV) hs), added to
  dout: usize, // (B, T, NH, hs)
  out: usize, // (B, T, NH, hs)
  qkv: usize, // (B, T, (NH + 2 NKV) hs)
  lse: usize, // (B, NH, T)
  windowSize: f64,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  const head = <usize>hs * 4; // bytes
  const next = <usize>(NH + 2 * NKV) * head;
  const toValue = <usize>NKV * head;
  const each = NH / NKV;
  const lastGroup = first(B * NKV, part + 1, parts);
  for (let bg = first(B * NKV, part, parts); bg < lastGroup; bg++) {
    const b = bg / NKV;
    const g = bg % NKV;
    for (let h = g * each; h < (g + 1) * each; h++) {
      const queries = <usize>(b * T) * next + <usize>h * head;
      const toKey = <usize>(NH + g - h) * head;
      const sums = lse + <usize>((b * NH + h) * T) * 4;
      for (let t = 0; t < T; t++) {
        const o = <usize>((b * T + t) * NH + h) * head;
        rowBackward(
          dqkv + queries,
          dout + o,
          out + o,
          qkv + queries,
          sums + <usize>t * 4,
          t,
          firstSeen(t, windowSize),
          next,
          toKey,
          toValue,
          hs,
        );
      }
    }
  }
}
