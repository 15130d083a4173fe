// Attention for a text that grows, on the processor's vectors. The heads are shared out among the threads, and a row of
// scores exists for 64 keys at a time. This is the forward pass of flash.as.ts for the last R queries, each taken alone.

import { first } from "../runtime/wasm/share.as";
import { answer } from "./flash.as";

export function attentionCachedForward(
  out: usize, // (R, C), written
  inp: usize, // (T, 3C)
  R: i32,
  T: i32,
  C: i32,
  NH: i32,
  part: i32,
  parts: i32,
): void {
  const hs = C / NH;
  const next = <usize>C * 12; // bytes from one token's query to the next one's
  const lastHead = first(NH, part + 1, parts);
  for (let h = first(NH, part, parts); h < lastHead; h++) {
    const queries = inp + <usize>h * hs * 4;
    const keys = queries + <usize>C * 4;
    for (let r = 0; r < R; r++) {
      const t = T - R + r;
      const o = out + (<usize>r * C + <usize>h * hs) * 4;
      answer(o, queries + <usize>t * next, keys, t + 1, next, <usize>C * 4, hs);
    }
  }
}
