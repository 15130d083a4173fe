// Grouped attention with its table of weights, on the processor's vectors. The heads of queries are shared out among the
// threads; in the backward pass those of keys, which gather from all that look at them.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first } from "../runtime/wasm/share.as";
import { addUpTo, loadUpTo } from "../runtime/wasm/vector.as";
import { addScaled, dot } from "./attention.as";
import { firstSeen } from "./flash.as";

export function attentionGroupedKeptForward(
  out: usize, // (B, T, NH, hs), written
  preatt: usize, // (B, NH, T, T), written
  att: usize, // (B, NH, T, T), written
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
  const scale = <f32>(1 / Math.sqrt(hs));
  const head = <usize>hs * 4; // bytes
  const next = <usize>(NH + 2 * NKV) * head;
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const h = bh % NH;
    const text = qkv + <usize>(b * T) * next;
    const keys = text + <usize>(NH + h / (NH / NKV)) * head;
    const values = keys + <usize>NKV * head;
    for (let t = 0; t < T; t++) {
      const q = text + <usize>t * next + <usize>h * head;
      const row = (<usize>bh * T + t) * <usize>T * 4;
      memory.fill(preatt + row, 0, <usize>T * 4);
      memory.fill(att + row, 0, <usize>T * 4);

      const from = firstSeen(t, windowSize);
      const count = t + 1 - from;
      const scores = preatt + row + <usize>from * 4;
      const weights = att + row + <usize>from * 4;
      const k = keys + <usize>from * next;
      const v = values + <usize>from * next;
      for (let j = 0; j < count; j++) {
        store<f32>(scores + <usize>j * 4, dot(q, k + <usize>j * next, hs) * scale);
      }
      const sum = expOf(weights, scores, count, maxOf(scores, count));
      scaleBy(weights, count, <f32>(1 / sum));

      const o = out + <usize>((b * T + t) * NH + h) * head;
      memory.fill(o, 0, head);
      for (let j = 0; j < count; j++) {
        addScaled(o, load<f32>(weights + <usize>j * 4), v + <usize>j * next, hs);
      }
    }
  }
}

export function attentionGroupedKeptBackward(
  dqkv: usize, // (B, T, (NH + 2 NKV) hs), added to
  dpreatt: usize, // (B, NH, T, T), added to
  datt: usize, // (B, NH, T, T), added to
  dout: usize, // (B, T, NH, hs)
  qkv: usize, // (B, T, (NH + 2 NKV) hs)
  att: usize, // (B, NH, T, T)
  windowSize: f64,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const head = <usize>hs * 4; // bytes
  const next = <usize>(NH + 2 * NKV) * head;
  const each = NH / NKV;
  const lastGroup = first(B * NKV, part + 1, parts);
  for (let bg = first(B * NKV, part, parts); bg < lastGroup; bg++) {
    const b = bg / NKV;
    const g = bg % NKV;
    const text = <usize>(b * T) * next;
    const keys = text + <usize>(NH + g) * head;
    const values = keys + <usize>NKV * head;
    for (let h = g * each; h < (g + 1) * each; h++) {
      for (let t = 0; t < T; t++) {
        const q = text + <usize>t * next + <usize>h * head;
        const d = dout + <usize>((b * T + t) * NH + h) * head;
        const from = firstSeen(t, windowSize);
        const count = t + 1 - from;
        const row = ((<usize>(b * NH + h) * T + t) * T + from) * 4; // of the first token that is seen
        const k = keys + <usize>from * next;
        const v = values + <usize>from * next;

        let dattMean: f64 = 0; // of the row's datt, weighted by att: every dpreatt of the row needs it
        for (let j = 0; j < count; j++) {
          const at = row + <usize>j * 4;
          const value = v + <usize>j * next;
          const weight = load<f32>(att + at);
          const sum = load<f32>(datt + at) + dot(d, qkv + value, hs);
          store<f32>(datt + at, sum);
          addScaled(dqkv + value, weight, d, hs);
          dattMean += <f64>weight * sum;
        }

        const mean = f32x4.splat(<f32>dattMean);
        for (let j = 0; j < count; j += 4) {
          const at = row + <usize>j * 4;
          const above = f32x4.sub(loadUpTo(datt + at, count - j), mean);
          addUpTo(dpreatt + at, f32x4.mul(loadUpTo(att + at, count - j), above), count - j);
        }

        for (let j = 0; j < count; j++) {
          const key = k + <usize>j * next;
          const dscore = load<f32>(dpreatt + row + <usize>j * 4) * scale;
          addScaled(dqkv + q, dscore, qkv + key, hs);
          addScaled(dqkv + key, dscore, qkv + q, hs);
        }
      }
    }
  }
}
