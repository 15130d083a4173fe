// Grouped attention for a text that grows, on the processor's vectors. The heads of queries are shared out among the threads.
// This is the forward pass of grouped.as.ts for the last R queries.

import { first } from "../runtime/wasm/share.as";
import { answer, firstSeen } from "./flash.as";

export function attentionGroupedCachedForward(
  out: usize, // (R, NH, hs), written
  qkv: usize, // (T, (NH + 2 NKV) hs)
  windowSize: f64,
  R: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  const head = <usize>hs * 4; // bytes
  const next = <usize>(NH + 2 * NKV) * head;
  const lastHead = first(NH, part + 1, parts);
  for (let h = first(NH, part, parts); h < lastHead; h++) {
    const queries = qkv + <usize>h * head;
    const keys = qkv + <usize>(NH + h / (NH / NKV)) * head;
    for (let r = 0; r < R; r++) {
      const t = T - R + r;
      const from = firstSeen(t, windowSize);
      const o = out + <usize>(r * NH + h) * head;
      const k = keys + <usize>from * next;
      answer(o, queries + <usize>t * next, k, t + 1 - from, next, <usize>NKV * head, hs);
    }
  }
}
