// Attention on the processor's vectors, with its table of weights. The heads are shared out among the threads: a head reads
// and writes channels of its own.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first } from "../runtime/wasm/share.as";
import { addUpTo, loadUpTo, madd, storeUpTo, sumLanes } from "../runtime/wasm/vector.as";

/** The sum of products of two vectors of hs numbers. */
export function dot(x: usize, y: usize, hs: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < hs; i += 4) {
    const at = <usize>i * 4;
    sum = madd(loadUpTo(x + at, hs - i), loadUpTo(y + at, hs - i), sum);
  }
  return sumLanes(sum);
}

/** to += factor * x, for vectors of hs numbers. */
export function addScaled(to: usize, factor: f32, x: usize, hs: i32): void {
  const by = f32x4.splat(factor);
  for (let i = 0; i < hs; i += 4) {
    const at = <usize>i * 4;
    storeUpTo(to + at, madd(by, loadUpTo(x + at, hs - i), loadUpTo(to + at, hs - i)), hs - i);
  }
}

export function attentionForward(
  out: usize, // (B, T, C), written
  preatt: usize, // (B, NH, T, T), written
  att: usize, // (B, NH, T, T), written
  inp: usize, // (B, T, 3C)
  B: i32,
  T: i32,
  C: i32,
  NH: i32,
  part: i32,
  parts: i32,
): void {
  const hs = C / NH;
  const scale = <f32>(1 / Math.sqrt(hs));
  const next = <usize>C * 12; // bytes from one token's query to the next one's
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = (bh % NH) * hs;
    const queries = inp + (<usize>b * T * 3 * C + channel) * 4;
    const keys = queries + <usize>C * 4;
    const values = keys + <usize>C * 4;
    for (let t = 0; t < T; t++) {
      const q = queries + <usize>t * next;
      const row = (<usize>bh * T + t) * <usize>T * 4;
      const scores = preatt + row;
      const weights = att + row;

      for (let t2 = 0; t2 <= t; t2++) {
        store<f32>(scores + <usize>t2 * 4, dot(q, keys + <usize>t2 * next, hs) * scale);
      }
      const sum = expOf(weights, scores, t + 1, maxOf(scores, t + 1));
      scaleBy(weights, t + 1, <f32>(1 / sum));
      const rest = <usize>(T - t - 1) * 4;
      memory.fill(scores + <usize>(t + 1) * 4, 0, rest);
      memory.fill(weights + <usize>(t + 1) * 4, 0, rest);

      const o = out + ((<usize>b * T + t) * C + channel) * 4;
      memory.fill(o, 0, <usize>hs * 4);
      for (let t2 = 0; t2 <= t; t2++) {
        addScaled(o, load<f32>(weights + <usize>t2 * 4), values + <usize>t2 * next, hs);
      }
    }
  }
}

export function attentionBackward(
  dinp: usize, // (B, T, 3C), added to
  dpreatt: usize, // (B, NH, T, T), added to
  datt: usize, // (B, NH, T, T), added to
  dout: usize, // (B, T, C)
  inp: usize, // (B, T, 3C)
  att: usize, // (B, NH, T, T)
  B: i32,
  T: i32,
  C: i32,
  NH: i32,
  part: i32,
  parts: i32,
): void {
  const hs = C / NH;
  const scale = <f32>(1 / Math.sqrt(hs));
  const next = <usize>C * 12;
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = (bh % NH) * hs;
    const head = (<usize>b * T * 3 * C + channel) * 4; // where the query of this head's token 0 is
    for (let t = 0; t < T; t++) {
      const q = head + <usize>t * next;
      const d = dout + ((<usize>b * T + t) * C + channel) * 4;
      const row = (<usize>bh * T + t) * <usize>T * 4;

      let dattMean: f64 = 0; // of the row's datt, weighted by att: every dpreatt of the row needs it
      for (let t2 = 0; t2 <= t; t2++) {
        const v = head + <usize>t2 * next + <usize>C * 8;
        const at = row + <usize>t2 * 4;
        const weight = load<f32>(att + at);
        const sum = load<f32>(datt + at) + dot(d, inp + v, hs);
        store<f32>(datt + at, sum);
        addScaled(dinp + v, weight, d, hs);
        dattMean += <f64>weight * sum;
      }

      const mean = f32x4.splat(<f32>dattMean);
      for (let i = 0; i <= t; i += 4) {
        const at = row + <usize>i * 4;
        const above = f32x4.sub(loadUpTo(datt + at, t + 1 - i), mean);
        addUpTo(dpreatt + at, f32x4.mul(loadUpTo(att + at, t + 1 - i), above), t + 1 - i);
      }

      for (let t2 = 0; t2 <= t; t2++) {
        const k = head + <usize>t2 * next + <usize>C * 4;
        const dscore = load<f32>(dpreatt + row + <usize>t2 * 4) * scale;
        addScaled(dinp + q, dscore, inp + k, hs);
        addScaled(dinp + k, dscore, inp + q, hs);
      }
    }
  }
}
