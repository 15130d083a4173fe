// LayerNorm on the processor's vectors, four channels at once, with sums in float64. The rows are shared out among the
// threads; in the backward pass also the channels, for the sums over all rows.

import { first, firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, high64, loadUpTo, low64, storeUpTo, sumLanes64 } from "../runtime/wasm/vector.as";

const eps: f64 = 1e-5;

export function layernormForward(
  out: usize, // (B, T, C), written
  mean: usize, // (B, T), written
  rstd: usize, // (B, T), written
  inp: usize, // (B, T, C)
  weight: usize, // (C)
  bias: usize, // (C)
  B: i32,
  T: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const row = inp + <usize>(bt * C) * 4;

    let low = f64x2.splat(0);
    let high = low;
    for (let i = 0; i < C; i += 4) {
      const x = loadUpTo(row + <usize>i * 4, C - i);
      low = f64x2.add(low, low64(x));
      high = f64x2.add(high, high64(x));
    }
    const m = (sumLanes64(low) + sumLanes64(high)) / C;

    // Two passes over the row: E[x^2] - E[x]^2 in one would lose digits where the mean is large beside the spread.
    low = f64x2.splat(0);
    high = low;
    const centre = f64x2.splat(m);
    for (let i = 0; i < C; i += 4) {
      const x = loadUpTo(row + <usize>i * 4, C - i, <f32>m);
      const xLow = f64x2.sub(low64(x), centre);
      const xHigh = f64x2.sub(high64(x), centre);
      low = f64x2.add(low, f64x2.mul(xLow, xLow));
      high = f64x2.add(high, f64x2.mul(xHigh, xHigh));
    }
    const s = 1 / Math.sqrt((sumLanes64(low) + sumLanes64(high)) / C + eps);

    const to = out + <usize>(bt * C) * 4;
    const scale = f64x2.splat(s);
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = normalised(loadUpTo(row + at, C - i), centre, scale);
      const scaled = f32x4.mul(norm, loadUpTo(weight + at, C - i));
      storeUpTo(to + at, f32x4.add(scaled, loadUpTo(bias + at, C - i)), C - i);
    }
    store<f32>(mean + <usize>bt * 4, <f32>m);
    store<f32>(rstd + <usize>bt * 4, <f32>s);
  }
}

/** (x - mean) * rstd, in float64 until the end: where the mean is large, their difference is what counts. */
function normalised(x: v128, mean: v128, rstd: v128): v128 {
  const low = f64x2.mul(f64x2.sub(low64(x), mean), rstd);
  const high = f64x2.mul(f64x2.sub(high64(x), mean), rstd);
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

export function layernormBackward(
  dinp: usize, // (B, T, C), added to
  dweight: usize, // (C), added to
  dbias: usize, // (C), added to
  dout: usize, // (B, T, C)
  inp: usize, // (B, T, C)
  weight: usize, // (C)
  mean: usize, // (B, T)
  rstd: usize, // (B, T)
  B: i32,
  T: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const row = inp + <usize>(bt * C) * 4;
    const drow = dout + <usize>(bt * C) * 4;
    const m = f32x4.splat(load<f32>(mean + <usize>bt * 4));
    const s = f32x4.splat(load<f32>(rstd + <usize>bt * 4));

    // Two means over the row, which every dinp of the row needs: mean and rstd depend on all of its inputs.
    let dnormLow = f64x2.splat(0);
    let dnormHigh = dnormLow;
    let productLow = dnormLow;
    let productHigh = dnormLow;
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = f32x4.mul(f32x4.sub(loadUpTo(row + at, C - i), m), s);
      const dnorm = f32x4.mul(loadUpTo(weight + at, C - i), loadUpTo(drow + at, C - i));
      const product = f32x4.mul(dnorm, norm);
      dnormLow = f64x2.add(dnormLow, low64(dnorm));
      dnormHigh = f64x2.add(dnormHigh, high64(dnorm));
      productLow = f64x2.add(productLow, low64(product));
      productHigh = f64x2.add(productHigh, high64(product));
    }
    const dnormMean = f32x4.splat(<f32>((sumLanes64(dnormLow) + sumLanes64(dnormHigh)) / C));
    const productMean = f32x4.splat(<f32>((sumLanes64(productLow) + sumLanes64(productHigh)) / C));

    const to = dinp + <usize>(bt * C) * 4;
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = f32x4.mul(f32x4.sub(loadUpTo(row + at, C - i), m), s);
      const dnorm = f32x4.mul(loadUpTo(weight + at, C - i), loadUpTo(drow + at, C - i));
      // norm_i = (x_i - mean) * rstd: one term through x_i itself, one through mean, one through rstd.
      const d = f32x4.sub(f32x4.sub(dnorm, dnormMean), f32x4.mul(norm, productMean));
      addUpTo(to + at, f32x4.mul(d, s), C - i);
    }
  }
  addOverRows(dweight, dbias, dout, inp, mean, rstd, B * T, C, part, parts);
}

/** dweight and dbias of a part's channels: sums over all rows, in float64. */
function addOverRows(
  dweight: usize,
  dbias: usize,
  dout: usize,
  inp: usize,
  mean: usize,
  rstd: usize,
  rows: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, C, part + 1, parts);
  for (let i = firstOf(line, C, part, parts); i < end; i += 4) {
    let weightLow = f64x2.splat(0);
    let weightHigh = weightLow;
    let biasLow = weightLow;
    let biasHigh = weightLow;
    for (let bt = 0; bt < rows; bt++) {
      const at = <usize>(bt * C + i) * 4;
      const m = f32x4.splat(load<f32>(mean + <usize>bt * 4));
      const s = f32x4.splat(load<f32>(rstd + <usize>bt * 4));
      const d = loadUpTo(dout + at, end - i);
      const product = f32x4.mul(f32x4.mul(f32x4.sub(loadUpTo(inp + at, end - i), m), s), d);
      weightLow = f64x2.add(weightLow, low64(product));
      weightHigh = f64x2.add(weightHigh, high64(product));
      biasLow = f64x2.add(biasLow, low64(d));
      biasHigh = f64x2.add(biasHigh, high64(d));
    }
    addSums(dweight + <usize>i * 4, weightLow, weightHigh, end - i);
    addSums(dbias + <usize>i * 4, biasLow, biasHigh, end - i);
  }
}

function addSums(at: usize, low: v128, high: v128, count: i32): void {
  const sums = v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  addUpTo(at, sums, count);
}
