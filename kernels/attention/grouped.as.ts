// Attention whose queries share keys and values, on the processor's vectors: a head is answered as in flash.as.ts. The heads of
// queries are shared out among the threads; in the backward pass those of keys, which gather from all that look at them.

import { first } from "../runtime/wasm/share.as";
import { answerHead, headBackward } from "./flash.as";

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
    const o = out + <usize>((b * T * NH + h) * hs) * 4;
    const sums = lse + <usize>(bh * T) * 4;
    const toValue = <usize>NKV * head;
    answerHead(o, sums, queries, keys, T, windowSize, next, <usize>NH * head, toValue, hs);
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
      const o = <usize>((b * T * NH + h) * hs) * 4;
      headBackward(
        dqkv + queries,
        dout + o,
        out + o,
        qkv + queries,
        sums,
        T,
        windowSize,
        next,
        <usize>NH * head,
        toKey,
        toValue,
        hs,
      );
    }
  }
}
