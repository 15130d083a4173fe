// Matmul on the processor's vectors: the three products of matmul.ts by one loop nest, in float32.
//
// A product is cut into blocks that fit the caches, each block into panels that are read from front to back, and each pair
// of panels into tiles of 6 x 8 sums, which stay in registers: 12 vectors of four, with 2 for the columns and 1 for the row. Each number
// that is loaded then serves 6 or 8 multiplications.
//
// Sums run over 256 products in float32 before they are added to what is in memory: a long sum loses less so.

import { fromBfloat16, fromFloat16 } from "../runtime/wasm/half.as";
import { first, firstOf, scratch } from "../runtime/wasm/share.as";
import { addTo, madd } from "../runtime/wasm/vector.as";

const tileRows = 6;
const tileCols = 8;
const blockDepth = 256; // products of a sum: one panel of each kind fits the first cache together
const blockRows = 96; // of a: 96 KiB, in the second cache
const blockCols = 384; // of b: 384 KiB, in the second cache or the third

// How the numbers of b are stored: a weight may be in 16 bits.
export const float32 = 0;
export const bfloat16 = 1;
export const float16 = 2;

export function matmulForward(
  out: usize, // (B, T, OC), written
  inp: usize, // (B, T, C)
  weight: usize, // (OC, C)
  bias: usize, // (OC), or 0 for none
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  // out[bt, o] = bias[o] + sum over i of inp[bt, i] * weight[o, i]
  addProduct(out, bias, true, inp, C, 1, weight, float32, C, 1, B * T, OC, C, part, parts);
}

export function matmulBackward(
  dinp: usize, // (B, T, C), added to
  dweight: usize, // (OC, C), added to
  dbias: usize, // (OC), added to, or 0
  dout: usize, // (B, T, OC)
  inp: usize, // (B, T, C)
  weight: usize, // (OC, C)
  B: i32,
  T: i32,
  C: i32,
  OC: i32,
  part: i32,
  parts: i32,
): void {
  const BT = B * T;
  // dinp[bt, i] += sum over o of dout[bt, o] * weight[o, i]
  addProduct(dinp, 0, false, dout, OC, 1, weight, float32, 1, C, BT, C, OC, part, parts);
  // dweight[o, i] += sum over bt of dout[bt, o] * inp[bt, i]
  addProduct(dweight, 0, false, dout, 1, OC, inp, float32, 1, C, OC, C, BT, part, parts);
  // dbias[o] += sum over bt of dout[bt, o]
  if (dbias !== 0) addColumns(dbias, dout, BT, OC, part, parts);
}

/**
 * out[r, c] += sum over k of a[r, k] * b[c, k], for rows*cols sums of `depth` products each.
 *
 * a[r, k] is at r * aRow + k * aStep, and b likewise, so that either may be read as it is or transposed. With `fresh`, out is
 * first set to bias, or to 0 where there is none.
 */
export function addProduct(
  out: usize, // (rows, cols)
  bias: usize, // (cols), or 0
  fresh: bool,
  a: usize,
  aRow: i32,
  aStep: i32,
  b: usize,
  format: i32, // of the numbers of b, which are widened to float32 where they have 16 bits
  bRow: i32,
  bStep: i32,
  rows: i32,
  cols: i32,
  depth: i32,
  part: i32,
  parts: i32,
): void {
  // The longer side is shared out, so that what every part has to pack is the shorter one.
  const byCols = cols >= rows;
  const r0 = byCols ? 0 : firstOf(tileRows, rows, part, parts);
  const r1 = byCols ? rows : firstOf(tileRows, rows, part + 1, parts);
  const c0 = byCols ? firstOf(tileCols, cols, part, parts) : 0;
  const c1 = byCols ? firstOf(tileCols, cols, part + 1, parts) : cols;

  if (fresh) {
    for (let r = r0; r < r1; r++) {
      const at = out + (<usize>r * cols + c0) * 4;
      const bytes = <usize>(c1 - c0) * 4;
      if (bias !== 0) memory.copy(at, bias + <usize>c0 * 4, bytes);
      else memory.fill(at, 0, bytes);
    }
  }

  const edge = scratch; // a tile that is cut off by the end of out
  const aPanels = edge + tileRows * tileCols * 4;
  const bPanels = aPanels + blockRows * blockDepth * 4;

  for (let k = 0; k < depth; k += blockDepth) {
    const steps = min(blockDepth, depth - k);
    for (let c = c0; c < c1; c += blockCols) {
      const width = min(blockCols, c1 - c);
      const bAt = <usize>c * bRow + <usize>k * bStep;
      if (format !== float32) packWidened(bPanels, b + bAt * 2, format, bRow, bStep, width, steps);
      else packPanels(bPanels, b + bAt * 4, bRow, bStep, width, steps, tileCols);
      for (let r = r0; r < r1; r += blockRows) {
        const height = min(blockRows, r1 - r);
        const aAt = a + (<usize>r * aRow + <usize>k * aStep) * 4;
        packPanels(aPanels, aAt, aRow, aStep, height, steps, tileRows);
        for (let j = 0; j < width; j += tileCols) {
          const bPanel = bPanels + <usize>(j * steps) * 4;
          for (let i = 0; i < height; i += tileRows) {
            const aPanel = aPanels + <usize>(i * steps) * 4;
            const at = out + (<usize>(r + i) * cols + c + j) * 4;
            const high = min(tileRows, height - i);
            const wide = min(tileCols, width - j);
            if (high === tileRows && wide === tileCols) {
              addTile(at, <usize>cols * 4, aPanel, bPanel, steps);
            } else {
              memory.fill(edge, 0, tileRows * tileCols * 4);
              addTile(edge, tileCols * 4, aPanel, bPanel, steps);
              addEdge(at, cols, edge, high, wide);
            }
          }
        }
      }
    }
  }
}

/**
 * Adds 6 x 8 sums to out, whose rows are `outRow` bytes apart.
 *
 * The first step makes the sums, and the others add to them. So what the addresses `a + 4` to `a + 20` need is computed before the
 * loop, and an engine keeps it in registers. If the sums began at 0, V8 would compute it again in the loop: a tenth more
 * instructions.
 */
function addTile(out: usize, outRow: usize, a: usize, b: usize, steps: i32): void {
  let b0 = v128.load(b);
  let b1 = v128.load(b, 16);
  let x = v128.load32_splat(a);
  let s00 = f32x4.mul(x, b0);
  let s01 = f32x4.mul(x, b1);
  x = v128.load32_splat(a, 4);
  let s10 = f32x4.mul(x, b0);
  let s11 = f32x4.mul(x, b1);
  x = v128.load32_splat(a, 8);
  let s20 = f32x4.mul(x, b0);
  let s21 = f32x4.mul(x, b1);
  x = v128.load32_splat(a, 12);
  let s30 = f32x4.mul(x, b0);
  let s31 = f32x4.mul(x, b1);
  x = v128.load32_splat(a, 16);
  let s40 = f32x4.mul(x, b0);
  let s41 = f32x4.mul(x, b1);
  x = v128.load32_splat(a, 20);
  let s50 = f32x4.mul(x, b0);
  let s51 = f32x4.mul(x, b1);
  const end = b + <usize>steps * (tileCols * 4);
  for (b += tileCols * 4; b < end; b += tileCols * 4) {
    a += tileRows * 4;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a, 8);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a, 12);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.load32_splat(a, 16);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    x = v128.load32_splat(a, 20);
    s50 = madd(x, b0, s50);
    s51 = madd(x, b1, s51);
  }
  addTo(out, s00);
  addTo(out + 16, s01);
  out += outRow;
  addTo(out, s10);
  addTo(out + 16, s11);
  out += outRow;
  addTo(out, s20);
  addTo(out + 16, s21);
  out += outRow;
  addTo(out, s30);
  addTo(out + 16, s31);
  out += outRow;
  addTo(out, s40);
  addTo(out + 16, s41);
  out += outRow;
  addTo(out, s50);
  addTo(out + 16, s51);
}

/** Adds the part of a tile that is within out. */
function addEdge(out: usize, cols: i32, tile: usize, high: i32, wide: i32): void {
  for (let i = 0; i < high; i++) {
    for (let j = 0; j < wide; j++) {
      const at = out + (<usize>i * cols + j) * 4;
      store<f32>(at, load<f32>(at) + load<f32>(tile + <usize>(i * tileCols + j) * 4));
    }
  }
}

/**
 * Copies `count` rows of a block in panels of 6 or 8 rows, in the order in which a tile reads them: all rows of a panel at
 * step 0, then at step 1, and so on. Rows past the last are 0.
 */
function packPanels(
  to: usize,
  from: usize,
  row: i32, // numbers from one row to the next
  step: i32, // numbers from one step to the next
  count: i32,
  steps: i32,
  size: i32, // rows of a panel: 6 or 8
): void {
  for (let r = 0; r < count; r += size) {
    const at = from + <usize>r * row * 4;
    if (count - r < size) packSome(to, at, row, step, count - r, steps, size);
    else if (step === 1) packAlong(to, at, row, steps, size);
    else if (row === 1) packAcross(to, at, step, steps, size);
    else packSome(to, at, row, step, size, steps, size);
    to += <usize>(size * steps) * 4;
  }
}

/**
 * Panels of a block of b whose numbers have 16 bits: they are widened first, in the order in which they are in memory, into a
 * block of float32 that is side by side.
 */
function packWidened(
  to: usize,
  from: usize,
  format: i32,
  row: i32,
  step: i32,
  count: i32,
  steps: i32,
): void {
  const wide = to + blockCols * blockDepth * 4;
  if (step === 1) {
    for (let r = 0; r < count; r++) {
      widen(wide + <usize>(r * steps) * 4, from + <usize>r * row * 2, steps, format);
    }
    packPanels(to, wide, steps, 1, count, steps, tileCols);
  } else {
    for (let k = 0; k < steps; k++) {
      widen(wide + <usize>(k * count) * 4, from + <usize>k * step * 2, count, format);
    }
    packPanels(to, wide, 1, count, count, steps, tileCols);
  }
}

/** `count` numbers of 16 bits as float32. */
function widen(to: usize, from: usize, count: i32, format: i32): void {
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const bits = i32x4.extend_low_i16x8_u(v128.load64_zero(from + <usize>i * 2));
    v128.store(to + <usize>i * 4, format === float16 ? fromFloat16(bits) : fromBfloat16(bits));
  }
  for (let i = whole; i < count; i++) {
    const bits = i32x4.splat(load<u16>(from + <usize>i * 2));
    const x = format === float16 ? fromFloat16(bits) : fromBfloat16(bits);
    store<f32>(to + <usize>i * 4, f32x4.extract_lane(x, 0));
  }
}

/** One number at a time, for panels that are not full. */
function packSome(
  to: usize,
  from: usize,
  row: i32,
  step: i32,
  count: i32,
  steps: i32,
  size: i32,
): void {
  for (let k = 0; k < steps; k++) {
    for (let r = 0; r < size; r++) {
      const value = r < count ? load<f32>(from + (<usize>r * row + <usize>k * step) * 4) : 0;
      store<f32>(to + <usize>(k * size + r) * 4, value);
    }
  }
}

/** Rows that are side by side in memory: what a step needs is copied as it is. */
function packAcross(to: usize, from: usize, step: i32, steps: i32, size: i32): void {
  for (let k = 0; k < steps; k++) {
    v128.store(to, v128.load(from));
    if (size === 8) v128.store(to, v128.load(from, 16), 16);
    else v128.store64_lane(to, v128.load64_zero(from, 16), 0, 16);
    to += <usize>size * 4;
    from += <usize>step * 4;
  }
}

/** Rows that run along memory: four steps of each are loaded at once, and turned. */
function packAlong(to: usize, from: usize, row: i32, steps: i32, size: i32): void {
  const whole = steps & ~3;
  const rowBytes = <usize>row * 4;
  const stepBytes = <usize>size * 4;
  for (let k = 0; k < whole; k += 4) {
    const at = from + <usize>k * 4;
    turnFour(to, stepBytes, at, rowBytes);
    if (size === 8) turnFour(to + 16, stepBytes, at + 4 * rowBytes, rowBytes);
    else turnTwo(to + 16, stepBytes, at + 4 * rowBytes, rowBytes);
    to += 4 * stepBytes;
  }
  for (let k = whole; k < steps; k++) {
    for (let r = 0; r < size; r++) {
      store<f32>(to + <usize>r * 4, load<f32>(from + <usize>r * rowBytes + <usize>k * 4));
    }
    to += stepBytes;
  }
}

/** Four numbers of four rows: the columns of this square, each where its step is. */
function turnFour(to: usize, stepBytes: usize, from: usize, rowBytes: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + rowBytes);
  const r2 = v128.load(from + 2 * rowBytes);
  const r3 = v128.load(from + 3 * rowBytes);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to + stepBytes, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(to + 2 * stepBytes, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(to + 3 * stepBytes, v128.shuffle<f64>(high01, high23, 1, 3));
}

/** The same for two rows. */
function turnTwo(to: usize, stepBytes: usize, from: usize, rowBytes: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + rowBytes);
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  v128.store64_lane(to, low, 0);
  v128.store64_lane(to + stepBytes, low, 1);
  v128.store64_lane(to + 2 * stepBytes, high, 0);
  v128.store64_lane(to + 3 * stepBytes, high, 1);
}

/** sums[c] += the sum of column c of a table, in float64, for a part's share of the columns. */
export function addColumns(
  sums: usize,
  table: usize,
  rows: i32,
  cols: i32,
  part: i32,
  parts: i32,
): void {
  const end = first(cols, part + 1, parts);
  let c = first(cols, part, parts);
  const rowBytes = <usize>cols * 4;
  for (; c + 4 <= end; c += 4) {
    let low = f64x2.splat(0);
    let high = low;
    let at = table + <usize>c * 4;
    for (let r = 0; r < rows; r++) {
      const x = v128.load(at);
      low = f64x2.add(low, f64x2.promote_low_f32x4(x));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1)));
      at += rowBytes;
    }
    const sum = v128.shuffle<f64>(
      f32x4.demote_f64x2_zero(low),
      f32x4.demote_f64x2_zero(high),
      0,
      2,
    );
    addTo(sums + <usize>c * 4, sum);
  }
  for (; c < end; c++) {
    let sum: f64 = 0;
    let at = table + <usize>c * 4;
    for (let r = 0; r < rows; r++) {
      sum += load<f32>(at);
      at += rowBytes;
    }
    store<f32>(sums + <usize>c * 4, load<f32>(sums + <usize>c * 4) + <f32>sum);
  }
}
