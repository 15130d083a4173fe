// RMSNorm on the processor's vectors, four channels at once, with sums in float64. The rows are shared out among the
// threads; in the backward pass also the channels, for the sums over all rows.

import { first, firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, high64, loadUpTo, low64, storeUpTo, sumLanes64 } from "../runtime/wasm/vector.as";

export function rmsnormForward(
  out: usize, // (B, T, C), written
  rstd: usize, // (B, T), written
  inp: usize, // (B, T, C)
  weight: usize, // (C)
  eps: f64,
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
      const xLow = low64(x);
      const xHigh = high64(x);
      low = f64x2.add(low, f64x2.mul(xLow, xLow));
      high = f64x2.add(high, f64x2.mul(xHigh, xHigh));
    }
    const r = <f32>(1 / Math.sqrt((sumLanes64(low) + sumLanes64(high)) / C + eps));

    const to = out + <usize>(bt * C) * 4;
    const scale = f32x4.splat(r);
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = f32x4.mul(loadUpTo(row + at, C - i), scale);
      storeUpTo(to + at, f32x4.mul(norm, loadUpTo(weight + at, C - i)), C - i);
    }
    store<f32>(rstd + <usize>bt * 4, r);
  }
}

export function rmsnormBackward(
  dinp: usize, // (B, T, C), added to
  dweight: usize, // (C), added to
  dout: usize, // (B, T, C)
  inp: usize, // (B, T, C)
  weight: usize, // (C)
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
    const r = f32x4.splat(load<f32>(rstd + <usize>bt * 4));

    // A mean over the row, which every dinp of the row needs: rstd depends on all of its inputs.
    let low = f64x2.splat(0);
    let high = low;
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = f32x4.mul(loadUpTo(row + at, C - i), r);
      const dnorm = f32x4.mul(loadUpTo(weight + at, C - i), loadUpTo(drow + at, C - i));
      const product = f32x4.mul(dnorm, norm);
      low = f64x2.add(low, low64(product));
      high = f64x2.add(high, high64(product));
    }
    const productMean = f32x4.splat(<f32>((sumLanes64(low) + sumLanes64(high)) / C));

    const to = dinp + <usize>(bt * C) * 4;
    for (let i = 0; i < C; i += 4) {
      const at = <usize>i * 4;
      const norm = f32x4.mul(loadUpTo(row + at, C - i), r);
      const dnorm = f32x4.mul(loadUpTo(weight + at, C - i), loadUpTo(drow + at, C - i));
      // norm_i = x_i * rstd: one term through x_i itself, one through rstd.
      const d = f32x4.sub(dnorm, f32x4.mul(norm, productMean));
      addUpTo(to + at, f32x4.mul(d, r), C - i);
    }
  }
  addOverRows(dweight, dout, inp, rstd, B * T, C, part, parts);
}

/** dweight of a part's channels: a sum over all rows, in float64. */
function addOverRows(
  dweight: usize,
  dout: usize,
  inp: usize,
  rstd: usize,
  rows: i32,
  C: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, C, part + 1, parts);
  for (let i = firstOf(line, C, part, parts); i < end; i += 4) {
    let low = f64x2.splat(0);
    let high = low;
    for (let bt = 0; bt < rows; bt++) {
      const at = <usize>(bt * C + i) * 4;
      const norm = f32x4.mul(
        loadUpTo(inp + at, end - i),
        f32x4.splat(load<f32>(rstd + <usize>bt * 4)),
      );
      const product = f32x4.mul(norm, loadUpTo(dout + at, end - i));
      low = f64x2.add(low, low64(product));
      high = f64x2.add(high, high64(product));
    }
    const sums = v128.shuffle<f64>(
      f32x4.demote_f64x2_zero(low),
      f32x4.demote_f64x2_zero(high),
      0,
      2,
    );
    addUpTo(dweight + <usize>i * 4, sums, end - i);
  }
}
