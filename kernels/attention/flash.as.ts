// Attention without a table of weights, on the processor's vectors. Scores exist for some keys at a time: of a tile of
// queries and the tiles of keys before it together, of a query and the keys of its own tile, up to itself, row by row.

import { expOf, maxOf, scaleBy } from "../runtime/wasm/row.as";
import { first, scratch } from "../runtime/wasm/share.as";
import { exp, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";
import { addScaled, dot } from "./attention.as";
import { addProduct, fitsTiles, pack, packTransposed, side } from "./tile.as";

const infinity: f32 = Infinity;
const block = 64; // keys of a row that is taken alone

// A thread's own memory: scores or weights, gradients of scores, what is known of each query, then the packed tiles.
const tileBytes = side * side * 4;
const rowBytes = side * 4; // of a row in a tile
const dscoresAt = tileBytes;
const queriesAt = 2 * tileBytes;
const packedAt = 3 * tileBytes;
const packedBytes = side * 256 * 4; // of a tile of the widest heads

/** Where a packed tile is in the thread's memory. */
function packed(which: i32): usize {
  return scratch + packedAt + <usize>which * packedBytes;
}

/** The largest score that a query of the tile has seen, and after it the sum of exp(score - largest). */
function seen(row: i32): usize {
  return scratch + queriesAt + <usize>row * 16;
}

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
    const outs = out + (<usize>b * T * C + channel) * 4;
    const sums = lse + <usize>bh * T * 4;
    const tiles = fitsTiles(hs) ? T - (T % side) : 0;
    for (let t = 0; t < tiles; t += side) {
      answerTile(outs + <usize>t * C * 4, sums + <usize>t * 4, queries, keys, t, C, hs);
    }
    for (let t = tiles; t < T; t++) {
      const q = queries + <usize>t * next;
      const logOfSum = answer(outs + <usize>t * C * 4, q, keys, t + 1, next, <usize>C * 4, hs);
      store<f32>(sums + <usize>t * 4, logOfSum);
    }
  }
}

/** Answers the queries from t on, of one tile. */
function answerTile(
  out: usize,
  lse: usize,
  queries: usize,
  keys: usize,
  t: i32,
  C: i32,
  hs: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const next = <usize>C * 12;
  const outNext = <usize>C * 4;
  const q = queries + <usize>t * next;
  const scores = scratch;
  const keysTransposed = packed(0);
  const values = packed(1);
  for (let r = 0; r < side; r++) beginAnswer(out + <usize>r * outNext, hs, r);
  for (let start = 0; start < t; start += side) {
    const k = keys + <usize>start * next;
    packTransposed(keysTransposed, k, next, hs);
    pack(values, k + <usize>C * 4, next, hs);
    memory.fill(scores, 0, tileBytes);
    addProduct(scores, rowBytes, q, next, 4, keysTransposed, rowBytes, side, side, hs);
    scaleBy(scores, side * side, scale);
    for (let r = 0; r < side; r++) {
      weigh(scores + <usize>r * rowBytes, side, out + <usize>r * outNext, hs, r);
    }
    addProduct(out, outNext, scores, rowBytes, 4, values, <usize>hs * 4, side, hs, side);
  }
  const own = keys + <usize>t * next;
  for (let r = 0; r < side; r++) {
    const o = out + <usize>r * outNext;
    look(o, q + <usize>r * next, own, r + 1, next, <usize>C * 4, hs, r);
    store<f32>(lse + <usize>r * 4, endAnswer(o, hs, r));
  }
}

/**
 * Answers one query from `count` keys and values.
 *
 * @param next bytes from one token's key to the next one's
 * @param toValue bytes from a key to its value
 * @returns the logarithm of the sum of the exponentials of all scores
 */
export function answer(
  o: usize,
  q: usize,
  keys: usize,
  count: i32,
  next: usize,
  toValue: usize,
  hs: i32,
): f32 {
  beginAnswer(o, hs, 0);
  for (let start = 0; start < count; start += block) {
    const n = min(block, count - start);
    look(o, q, keys + <usize>start * next, n, next, toValue, hs, 0);
  }
  return endAnswer(o, hs, 0);
}

function beginAnswer(o: usize, hs: i32, row: i32): void {
  memory.fill(o, 0, <usize>hs * 4);
  store<f32>(seen(row), -infinity);
  store<f64>(seen(row), 0, 8);
}

/** A query looks at n more keys and their values. */
function look(
  o: usize,
  q: usize,
  keys: usize,
  n: i32,
  next: usize,
  toValue: usize,
  hs: i32,
  row: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const values = keys + toValue;
  const scores = scratch; // (n), then their exponentials
  for (let j = 0; j < n; j++) {
    store<f32>(scores + <usize>j * 4, dot(q, keys + <usize>j * next, hs) * scale);
  }
  weigh(scores, n, o, hs, row);
  for (let j = 0; j < n; j++) {
    addScaled(o, load<f32>(scores + <usize>j * 4), values + <usize>j * next, hs);
  }
}

/** Makes weights of n scores of a query: exp(score - largest), whose sum is kept; `o` holds the values, weighted likewise. */
function weigh(scores: usize, n: i32, o: usize, hs: i32, row: i32): void {
  const max = load<f32>(seen(row));
  let sum = load<f64>(seen(row), 8);
  // A larger score has turned up: what was summed against the old one is moved to the new,
  // exp(x - new) = exp(x - old) * exp(old - new).
  const newMax = maxOf(scores, n, max);
  if (newMax !== max && sum !== 0) {
    const shift = <f32>Math.exp(<f64>max - <f64>newMax);
    sum *= shift;
    scaleBy(o, hs, shift);
  }
  sum += expOf(scores, scores, n, newMax);
  store<f32>(seen(row), newMax);
  store<f64>(seen(row), sum, 8);
}

/** @returns the logarithm of the sum of the exponentials of all scores */
function endAnswer(o: usize, hs: i32, row: i32): f32 {
  const sum = load<f64>(seen(row), 8);
  scaleBy(o, hs, <f32>(1 / sum));
  return <f32>(<f64>load<f32>(seen(row)) + Math.log(sum));
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
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = (bh % NH) * hs;
    const head = (<usize>b * T * 3 * C + channel) * 4; // where the query of this head's token 0 is
    const answers = (<usize>b * T * C + channel) * 4;
    const sums = lse + <usize>bh * T * 4;
    const tiles = fitsTiles(hs) ? T - (T % side) : 0;
    for (let t = 0; t < tiles; t += side) {
      const o = answers + <usize>t * C * 4;
      tileBackward(dinp + head, dout + o, out + o, inp + head, sums + <usize>t * 4, t, C, hs);
    }
    for (let t = tiles; t < T; t++) {
      const o = answers + <usize>t * C * 4;
      const sum = sums + <usize>t * 4;
      const far = <usize>C * 4;
      rowBackward(dinp + head, dout + o, out + o, inp + head, sum, t, 0, 3 * far, far, far, hs);
    }
  }
}

/** The backward pass of the queries from t on, of one tile. */
function tileBackward(
  dinp: usize, // of the head's token 0, as inp
  dout: usize, // of token t, as out and lse
  out: usize,
  inp: usize,
  lse: usize,
  t: i32,
  C: i32,
  hs: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const next = <usize>C * 12;
  const outNext = <usize>C * 4;
  const packedNext = <usize>hs * 4;
  const weights = scratch;
  const dscores = scratch + dscoresAt;
  const queries = packed(0);
  const douts = packed(1);
  const keys = packed(2);
  const keysTransposed = packed(3);
  const valuesTransposed = packed(4);
  pack(queries, inp + <usize>t * next, next, hs);
  pack(douts, dout, outNext, hs);
  for (let r = 0; r < side; r++) {
    const o = <usize>r * outNext;
    store<f32>(seen(r), dot(dout + o, out + o, hs)); // the mean of datt
  }
  for (let start = 0; start < t; start += side) {
    const k = inp + <usize>start * next + <usize>C * 4;
    pack(keys, k, next, hs);
    packTransposed(keysTransposed, k, next, hs);
    packTransposed(valuesTransposed, k + <usize>C * 4, next, hs);
    memory.fill(weights, 0, 2 * tileBytes); // and dscores
    addProduct(weights, rowBytes, queries, packedNext, 4, keysTransposed, rowBytes, side, side, hs);
    addProduct(dscores, rowBytes, douts, packedNext, 4, valuesTransposed, rowBytes, side, side, hs);
    scaleBy(weights, side * side, scale);
    for (let r = 0; r < side; r++) {
      const row = <usize>r * rowBytes;
      const logOfSum = load<f32>(lse + <usize>r * 4);
      scoresBackward(weights + row, dscores + row, side, logOfSum, load<f32>(seen(r)), scale);
    }
    const dk = dinp + <usize>start * next + <usize>C * 4;
    const dq = dinp + <usize>t * next;
    addProduct(dq, next, dscores, rowBytes, 4, keys, packedNext, side, hs, side);
    addProduct(dk, next, dscores, 4, rowBytes, queries, packedNext, side, hs, side);
    addProduct(dk + <usize>C * 4, next, weights, 4, rowBytes, douts, packedNext, side, hs, side);
  }
  for (let r = 0; r < side; r++) {
    const o = <usize>r * outNext;
    const sum = lse + <usize>r * 4;
    rowBackward(dinp, dout + o, out + o, inp, sum, t + r, t, next, outNext, outNext, hs);
  }
}

/** Makes weights of n scores, and of datt the gradients of the scores. */
function scoresBackward(
  weights: usize, // holds the scores
  dscores: usize, // holds datt
  n: i32,
  logOfSum: f32,
  dattMean: f32,
  scale: f32,
): void {
  for (let j = 0; j < n; j += 4) {
    const at = <usize>j * 4;
    const att = exp(f32x4.sub(loadUpTo(weights + at, n - j), f32x4.splat(logOfSum)));
    const above = f32x4.sub(loadUpTo(dscores + at, n - j), f32x4.splat(dattMean));
    storeUpTo(weights + at, att, n - j);
    const dscore = f32x4.mul(f32x4.mul(att, above), f32x4.splat(scale));
    storeUpTo(dscores + at, dscore, n - j);
  }
}

/**
 * The backward pass of the query of token t, over the keys from `from` to its own.
 *
 * @param next bytes from one token's query to the next one's
 * @param toKey bytes from a query to the key of its token
 * @param toValue bytes from a key to its value
 */
export function rowBackward(
  dinp: usize, // of the head's token 0, as inp
  dout: usize, // of token t, as out and lse
  out: usize,
  inp: usize,
  lse: usize,
  t: i32,
  from: i32,
  next: usize,
  toKey: usize,
  toValue: usize,
  hs: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const weights = scratch; // (block)
  const dscores = scratch + dscoresAt; // (block)
  const q = <usize>t * next;
  const logOfSum = load<f32>(lse);
  const dattMean = dot(dout, out, hs);
  for (let start = from; start <= t; start += block) {
    const n = min(block, t + 1 - start);
    for (let j = 0; j < n; j++) {
      const k = <usize>(start + j) * next + toKey;
      store<f32>(weights + <usize>j * 4, dot(inp + q, inp + k, hs) * scale);
      store<f32>(dscores + <usize>j * 4, dot(dout, inp + k + toValue, hs));
    }
    scoresBackward(weights, dscores, n, logOfSum, dattMean, scale);
    for (let j = 0; j < n; j++) {
      const k = <usize>(start + j) * next + toKey;
      const dscore = load<f32>(dscores + <usize>j * 4);
      addScaled(dinp + q, dscore, inp + k, hs);
      addScaled(dinp + k, dscore, inp + q, hs);
      addScaled(dinp + k + toValue, load<f32>(weights + <usize>j * 4), dout, hs);
    }
  }
}
