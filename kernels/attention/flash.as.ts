// Attention without a table of weights, on the processor's vectors: a row of scores exists for 64 keys at a time.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first, scratch } from "../runtime/wasm/share.as";
import { exp, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";
import { addScaled, dot } from "./attention.as";

const infinity: f32 = Infinity;
const block = 64; // keys

export function attentionFlashForward(
  out: usize, // (B, T, C), written
  lse: usize, // (B, NH, T), written
  inp: usize, // (B, T, 3C)
  B: i32,
  T: i32,
  C: i32,
  NH: i32,
  part: i32,
  parts: i32,
): void {
  const hs = C / NH;
  const next = <usize>C * 12; // bytes from one token's query to the next one's
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = (bh % NH) * hs;
    const queries = inp + (<usize>b * T * 3 * C + channel) * 4;
    const keys = queries + <usize>C * 4;
    for (let t = 0; t < T; t++) {
      const q = queries + <usize>t * next;
      const o = out + ((<usize>b * T + t) * C + channel) * 4;
      store<f32>(lse + (<usize>bh * T + t) * 4, answer(o, q, keys, t + 1, C, hs));
    }
  }
}

/**
 * Answers one query from the first `seen` keys and values: values are C numbers after the keys, tokens 3C apart.
 *
 * @returns the logarithm of the sum of the exponentials of all scores
 */
export function answer(o: usize, q: usize, keys: usize, seen: i32, C: i32, hs: i32): f32 {
  const scale = <f32>(1 / Math.sqrt(hs));
  const next = <usize>C * 12; // bytes from one token's key to the next one's
  const values = keys + <usize>C * 4;
  const scores = scratch; // (block), then their exponentials
  memory.fill(o, 0, <usize>hs * 4);

  let max = -infinity;
  let sum: f64 = 0; // of exp(score - max) over the keys so far; out holds the values, weighted likewise
  for (let start = 0; start < seen; start += block) {
    const n = min(block, seen - start);
    for (let j = 0; j < n; j++) {
      const k = keys + <usize>(start + j) * next;
      store<f32>(scores + <usize>j * 4, dot(q, k, hs) * scale);
    }

    // A larger score has turned up: what was summed against the old one is moved to the new,
    // exp(x - new) = exp(x - old) * exp(old - new).
    const newMax = maxOf(scores, n, max);
    if (newMax !== max && start > 0) {
      const shift = <f32>Math.exp(<f64>max - <f64>newMax);
      sum *= shift;
      scaleBy(o, hs, shift);
    }
    max = newMax;

    sum += expOf(scores, scores, n, max);
    for (let j = 0; j < n; j++) {
      addScaled(o, load<f32>(scores + <usize>j * 4), values + <usize>(start + j) * next, hs);
    }
  }
  scaleBy(o, hs, <f32>(1 / sum));
  return <f32>(<f64>max + Math.log(sum));
}

export function attentionFlashBackward(
  dinp: usize, // (B, T, 3C), added to
  dout: usize, // (B, T, C)
  out: usize, // (B, T, C)
  inp: usize, // (B, T, 3C)
  lse: usize, // (B, NH, T)
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
  const weights = scratch; // (block)
  const dscores = scratch + block * 4; // (block)
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = (bh % NH) * hs;
    const head = (<usize>b * T * 3 * C + channel) * 4; // where the query of this head's token 0 is
    for (let t = 0; t < T; t++) {
      const q = head + <usize>t * next;
      const o = ((<usize>b * T + t) * C + channel) * 4;
      const d = dout + o;
      const logOfSum = f32x4.splat(load<f32>(lse + (<usize>bh * T + t) * 4));
      const dattMean = f32x4.splat(dot(d, out + o, hs));

      for (let start = 0; start <= t; start += block) {
        const n = min(block, t + 1 - start);
        for (let j = 0; j < n; j++) {
          const k = head + <usize>(start + j) * next + <usize>C * 4;
          store<f32>(weights + <usize>j * 4, dot(inp + q, inp + k, hs) * scale);
          store<f32>(dscores + <usize>j * 4, dot(d, inp + k + <usize>C * 4, hs));
        }
        for (let j = 0; j < n; j += 4) {
          const at = <usize>j * 4;
          const att = exp(f32x4.sub(loadUpTo(weights + at, n - j), logOfSum));
          const above = f32x4.sub(loadUpTo(dscores + at, n - j), dattMean);
          storeUpTo(weights + at, att, n - j);
          const dscore = f32x4.mul(f32x4.mul(att, above), f32x4.splat(scale));
          storeUpTo(dscores + at, dscore, n - j);
        }
        for (let j = 0; j < n; j++) {
          const k = head + <usize>(start + j) * next + <usize>C * 4;
          const dscore = load<f32>(dscores + <usize>j * 4);
          addScaled(dinp + q, dscore, inp + k, hs);
          addScaled(dinp + k, dscore, inp + q, hs);
          addScaled(dinp + k + <usize>C * 4, load<f32>(weights + <usize>j * 4), d, hs);
        }
      }
    }
  }
}
