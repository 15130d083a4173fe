// The soft cap on the processor's vectors. With e = exp(-2|z|), which never overflows, tanh |z| = (1 - e) / (1 + e). Near 0
// that would take two almost equal numbers from each other: there it is the first terms of the series instead.

import { firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, exp, loadUpTo, madd, storeUpTo } from "../runtime/wasm/vector.as";

const near: f32 = 0.3; // up to here five terms of the series are enough: the sixth is 5e-8 of the sum

function tanh(z: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(z);
  const e = exp(f32x4.mul(f32x4.splat(-2), size));
  const fraction = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));

  const square = f32x4.mul(size, size);
  let series = f32x4.splat(62.0 / 2835.0);
  series = madd(series, square, f32x4.splat(-17.0 / 315.0));
  series = madd(series, square, f32x4.splat(2.0 / 15.0));
  series = madd(series, square, f32x4.splat(-1.0 / 3.0));
  series = madd(f32x4.mul(series, square), size, size);

  const tanh = v128.bitselect(series, fraction, f32x4.lt(size, f32x4.splat(near)));
  return v128.or(tanh, v128.and(z, f32x4.splat(-0.0))); // with the sign of z
}

export function softcapForward(
  out: usize, // (N), written; may be inp
  inp: usize, // (N)
  cap: f64,
  N: i32,
  part: i32,
  parts: i32,
): void {
  const by = f32x4.splat(<f32>cap);
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const count = end - i;
    const z = f32x4.div(loadUpTo(inp + <usize>i * 4, count), by);
    storeUpTo(out + <usize>i * 4, f32x4.mul(by, tanh(z)), count);
  }
}

export function softcapBackward(
  dinp: usize, // (N), added to
  dout: usize, // (N)
  out: usize, // (N)
  cap: f64,
  N: i32,
  part: i32,
  parts: i32,
): void {
  const by = f32x4.splat(<f32>cap);
  const end = firstOf(line, N, part + 1, parts);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const count = end - i;
    const tanh = f32x4.div(loadUpTo(out + <usize>i * 4, count), by);
    const slope = f32x4.sub(f32x4.splat(1), f32x4.mul(tanh, tanh));
    addUpTo(dinp + <usize>i * 4, f32x4.mul(loadUpTo(dout + <usize>i * 4, count), slope), count);
  }
}
