// Products of small matrices: by them attention takes several queries at a time, and what is loaded of a key or a value serves
// them all.

import { madd } from "../runtime/wasm/vector.as";

/** Queries, and keys, of a tile. */
export const side = 32;

/** Whether heads of so many channels are taken in tiles: whole vectors, and no more than a thread's own memory has room for. */
export function fitsTiles(hs: i32): bool {
  return (hs & 7) === 0 && hs <= 256;
}

/**
 * out += a b: `rows`, a multiple of 4, by `cols`, a multiple of 8; each sum has `steps` products. Rows are `outRow` and `bRow`
 * bytes apart; in a, rows are `aRow` and the steps of a row `aStep`, so that it may be transposed.
 */
export function addProduct(
  out: usize,
  outRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  rows: i32,
  cols: i32,
  steps: i32,
): void {
  for (let r = 0; r < rows; r += 4) {
    for (let c = 0; c < cols; c += 8) {
      const to = out + <usize>r * outRow + <usize>c * 4;
      addTile(to, outRow, a + <usize>r * aRow, aRow, aStep, b + <usize>c * 4, bRow, steps);
    }
  }
}

/** Adds 4 x 8 sums. */
function addTile(
  out: usize,
  outRow: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  steps: i32,
): void {
  const out1 = out + outRow;
  const out2 = out1 + outRow;
  const out3 = out2 + outRow;
  let s00 = v128.load(out);
  let s01 = v128.load(out, 16);
  let s10 = v128.load(out1);
  let s11 = v128.load(out1, 16);
  let s20 = v128.load(out2);
  let s21 = v128.load(out2, 16);
  let s30 = v128.load(out3);
  let s31 = v128.load(out3, 16);
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  for (let step = 0; step < steps; step++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a1);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a2);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a3);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    a += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += bRow;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  v128.store(out1, s10);
  v128.store(out1, s11, 16);
  v128.store(out2, s20);
  v128.store(out2, s21, 16);
  v128.store(out3, s30);
  v128.store(out3, s31, 16);
}

/** Copies a tile's rows of hs numbers to follow each other: as they are, far apart, few of them stay in the cache together. */
export function pack(to: usize, from: usize, next: usize, hs: i32): void {
  const bytes = <usize>hs * 4;
  for (let j = 0; j < side; j++) {
    memory.copy(to + <usize>j * bytes, from + <usize>j * next, bytes);
  }
}

/** The same transposed, (hs, side). */
export function packTransposed(to: usize, from: usize, next: usize, hs: i32): void {
  for (let j = 0; j < side; j++) {
    const row = from + <usize>j * next;
    let at = to + <usize>j * 4;
    for (let i = 0; i < hs; i++) {
      store<f32>(at, load<f32>(row + <usize>i * 4));
      at += side * 4;
    }
  }
}
