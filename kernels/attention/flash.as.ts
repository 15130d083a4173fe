// Attention without a table of weights, on the processor's vectors. Scores exist for some keys at a time: of a tile of
// queries and the tiles of keys before it together, of a query and the keys of its own tile, up to itself, row by row. grouped.as.ts
// has its heads answered here too: theirs may look back only so far, and find their keys elsewhere.

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

/** The first token that a query sees. */
export function firstSeen(t: i32, windowSize: f64): i32 {
  return <i32>max(0, <f64>(t + 1) - windowSize);
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
  const width = <usize>C * 4; // bytes of all heads
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = <usize>((bh % NH) * hs) * 4;
    const q = inp + <usize>(b * T) * 3 * width + channel;
    const o = out + <usize>(b * T) * width + channel;
    const sums = lse + <usize>bh * T * 4;
    answerHead(o, sums, q, q + width, T, <f64>Infinity, 3 * width, width, width, hs);
  }
}

/**
 * Answers all queries of a head: in tiles, and at the end of the text, or where its channels do not fit tiles, one by one.
 *
 * @param next bytes from one token's query, or key, to the next one's
 * @param outNext bytes from one answer to the next
 * @param toValue bytes from a key to its value
 */
export function answerHead(
  out: usize, // of the head's token 0, as lse, queries and keys
  lse: usize,
  queries: usize,
  keys: usize,
  T: i32,
  windowSize: f64,
  next: usize,
  outNext: usize,
  toValue: usize,
  hs: i32,
): void {
  const tiles = fitsTiles(hs) ? T - (T % side) : 0;
  for (let t = 0; t < tiles; t += side) {
    const o = out + <usize>t * outNext;
    const sums = lse + <usize>t * 4;
    answerTile(o, sums, queries, keys, t, windowSize, next, outNext, toValue, hs);
  }
  for (let t = tiles; t < T; t++) {
    const from = firstSeen(t, windowSize);
    const q = queries + <usize>t * next;
    const k = keys + <usize>from * next;
    const o = out + <usize>t * outNext;
    store<f32>(lse + <usize>t * 4, answer(o, q, k, t + 1 - from, next, toValue, hs));
  }
}

/** The first token of the whole tiles of keys that all queries of the tile at t see, up to t; t where there are none. */
function wholeFrom(t: i32, windowSize: f64): i32 {
  const seenByAll = min(t, firstSeen(t + side - 1, windowSize));
  return t - ((t - seenByAll) / side) * side;
}

/**
 * Answers the queries from t on, of one tile. Each takes the keys that not all of them see one by one: those at the far end
 * of its window, and those of its own tile.
 */
function answerTile(
  out: usize,
  lse: usize,
  queries: usize,
  keys: usize,
  t: i32,
  windowSize: f64,
  next: usize,
  outNext: usize,
  toValue: usize,
  hs: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
  const q = queries + <usize>t * next;
  const scores = scratch;
  const keysTransposed = packed(0);
  const values = packed(1);
  const whole = wholeFrom(t, windowSize);
  for (let r = 0; r < side; r++) {
    const o = out + <usize>r * outNext;
    beginAnswer(o, hs, r);
    const from = firstSeen(t + r, windowSize);
    if (from >= whole) continue;
    const k = keys + <usize>from * next;
    look(o, q + <usize>r * next, k, whole - from, next, toValue, hs, r);
  }
  for (let start = whole; start < t; start += side) {
    const k = keys + <usize>start * next;
    packTransposed(keysTransposed, k, next, hs);
    pack(values, k + toValue, next, hs);
    memory.fill(scores, 0, tileBytes);
    addProduct(scores, rowBytes, q, next, 4, keysTransposed, rowBytes, side, side, hs);
    scaleBy(scores, side * side, scale);
    for (let r = 0; r < side; r++) {
      weigh(scores + <usize>r * rowBytes, side, out + <usize>r * outNext, hs, r);
    }
    addProduct(out, outNext, scores, rowBytes, 4, values, <usize>hs * 4, side, hs, side);
  }
  for (let r = 0; r < side; r++) {
    const o = out + <usize>r * outNext;
    const from = max(t, firstSeen(t + r, windowSize));
    const k = keys + <usize>from * next;
    look(o, q + <usize>r * next, k, t + r + 1 - from, next, toValue, hs, r);
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
  const width = <usize>C * 4; // bytes of all heads
  const lastHead = first(B * NH, part + 1, parts);
  for (let bh = first(B * NH, part, parts); bh < lastHead; bh++) {
    const b = bh / NH;
    const channel = <usize>((bh % NH) * hs) * 4;
    const q = <usize>(b * T) * 3 * width + channel; // where the query of this head's token 0 is
    const o = <usize>(b * T) * width + channel;
    const sums = lse + <usize>bh * T * 4;
    const all = <f64>Infinity;
    headBackward(
      dinp + q,
      dout + o,
      out + o,
      inp + q,
      sums,
      T,
      all,
      3 * width,
      width,
      width,
      width,
      hs,
    );
  }
}

/**
 * The backward pass of all queries of a head, in tiles and one by one as in answerHead.
 *
 * @param next bytes from one token's query, or key, to the next one's
 * @param outNext bytes from one answer to the next
 * @param toKey bytes from a query to the key of its token
 * @param toValue bytes from a key to its value
 */
export function headBackward(
  dinp: usize, // where the query of the head's token 0 is, as inp
  dout: usize, // of token 0, as out and lse
  out: usize,
  inp: usize,
  lse: usize,
  T: i32,
  windowSize: f64,
  next: usize,
  outNext: usize,
  toKey: usize,
  toValue: usize,
  hs: i32,
): void {
  const tiles = fitsTiles(hs) ? T - (T % side) : 0;
  for (let t = 0; t < tiles; t += side) {
    const o = <usize>t * outNext;
    const sums = lse + <usize>t * 4;
    tileBackward(
      dinp,
      dout + o,
      out + o,
      inp,
      sums,
      t,
      windowSize,
      next,
      outNext,
      toKey,
      toValue,
      hs,
    );
  }
  for (let t = tiles; t < T; t++) {
    const o = <usize>t * outNext;
    const sum = lse + <usize>t * 4;
    const from = firstSeen(t, windowSize);
    rowBackward(dinp, dout + o, out + o, inp, sum, t, from, t + 1, next, toKey, toValue, hs);
  }
}

/** The backward pass of the queries from t on, of one tile: keys that not all of them see are taken as in answerTile. */
function tileBackward(
  dinp: usize, // of the head's token 0, as inp
  dout: usize, // of token t, as out and lse
  out: usize,
  inp: usize,
  lse: usize,
  t: i32,
  windowSize: f64,
  next: usize,
  outNext: usize,
  toKey: usize,
  toValue: usize,
  hs: i32,
): void {
  const scale = <f32>(1 / Math.sqrt(hs));
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
  const whole = wholeFrom(t, windowSize);
  for (let start = whole; start < t; start += side) {
    const k = inp + <usize>start * next + toKey;
    pack(keys, k, next, hs);
    packTransposed(keysTransposed, k, next, hs);
    packTransposed(valuesTransposed, k + toValue, next, hs);
    memory.fill(weights, 0, 2 * tileBytes); // and dscores
    addProduct(weights, rowBytes, queries, packedNext, 4, keysTransposed, rowBytes, side, side, hs);
    addProduct(dscores, rowBytes, douts, packedNext, 4, valuesTransposed, rowBytes, side, side, hs);
    scaleBy(weights, side * side, scale);
    for (let r = 0; r < side; r++) {
      const row = <usize>r * rowBytes;
      const logOfSum = load<f32>(lse + <usize>r * 4);
      scoresBackward(weights + row, dscores + row, side, logOfSum, load<f32>(seen(r)), scale);
    }
    const dk = dinp + <usize>start * next + toKey;
    const dq = dinp + <usize>t * next;
    addProduct(dq, next, dscores, rowBytes, 4, keys, packedNext, side, hs, side);
    addProduct(dk, next, dscores, 4, rowBytes, queries, packedNext, side, hs, side);
    addProduct(dk + toValue, next, weights, 4, rowBytes, douts, packedNext, side, hs, side);
  }
  for (let r = 0; r < side; r++) {
    const o = <usize>r * outNext;
    const sum = lse + <usize>r * 4;
    const from = firstSeen(t + r, windowSize);
    const own = max(t, from);
    const end = t + r + 1;
    if (from < whole) {
      rowBackward(dinp, dout + o, out + o, inp, sum, t + r, from, whole, next, toKey, toValue, hs);
    }
    rowBackward(dinp, dout + o, out + o, inp, sum, t + r, own, end, next, toKey, toValue, hs);
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
 * The backward pass of the query of token t, over the keys from `from` to the one before `end`.
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
  end: i32,
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
  for (let start = from; start < end; start += block) {
    const n = min(block, end - start);
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
