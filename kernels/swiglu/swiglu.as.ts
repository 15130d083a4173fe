// SwiGLU and GeGLU on the processor's vectors, four channels at once. The tokens are shared out among the threads.

import { first } from "../runtime/wasm/share.as";
import { addUpTo, exp, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

const scale: f32 = 0.7978845608028654; // sqrt(2 / pi)
const cubic: f32 = 0.044715;

/** The sigmoid of z, and 1 minus it, from the exponential of -|z|, which is at most 1 and never overflows. */
let share: v128 = f32x4.splat(0);
let rest: v128 = f32x4.splat(0);
function sigmoid(z: v128): void {
  const one = f32x4.splat(1);
  const e = exp(f32x4.neg(f32x4.abs(z)));
  const larger = f32x4.div(one, f32x4.add(one, e));
  const smaller = f32x4.mul(e, larger);
  const negative = f32x4.lt(z, f32x4.splat(0));
  share = v128.bitselect(smaller, larger, negative);
  rest = v128.bitselect(larger, smaller, negative);
}

/** 2u, where u is what GELU takes the tanh of. */
function twoU(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(f32x4.mul(f32x4.splat(cubic), x), x), x);
  return f32x4.mul(f32x4.splat(2 * scale), f32x4.add(x, cube));
}

export function swigluForward(
  out: usize, // (B, T, F), written
  inp: usize, // (B, T, 2F)
  B: i32,
  T: i32,
  F: i32,
  part: i32,
  parts: i32,
): void {
  forward(out, inp, B * T, F, false, part, parts);
}

export function gegluForward(
  out: usize, // (B, T, F), written
  inp: usize, // (B, T, 2F)
  B: i32,
  T: i32,
  F: i32,
  part: i32,
  parts: i32,
): void {
  forward(out, inp, B * T, F, true, part, parts);
}

function forward(
  out: usize,
  inp: usize,
  rows: i32,
  F: i32,
  gelu: bool,
  part: i32,
  parts: i32,
): void {
  const last = first(rows, part + 1, parts);
  for (let bt = first(rows, part, parts); bt < last; bt++) {
    const gate = inp + <usize>(bt * 2 * F) * 4;
    const up = gate + <usize>F * 4;
    const to = out + <usize>(bt * F) * 4;
    for (let i = 0; i < F; i += 4) {
      const at = <usize>i * 4;
      const x = loadUpTo(gate + at, F - i);
      sigmoid(gelu ? twoU(x) : x);
      storeUpTo(to + at, f32x4.mul(f32x4.mul(x, share), loadUpTo(up + at, F - i)), F - i);
    }
  }
}

export function swigluBackward(
  dinp: usize, // (B, T, 2F), added to
  dout: usize, // (B, T, F)
  inp: usize, // (B, T, 2F)
  B: i32,
  T: i32,
  F: i32,
  part: i32,
  parts: i32,
): void {
  backward(dinp, dout, inp, B * T, F, false, part, parts);
}

export function gegluBackward(
  dinp: usize, // (B, T, 2F), added to
  dout: usize, // (B, T, F)
  inp: usize, // (B, T, 2F)
  B: i32,
  T: i32,
  F: i32,
  part: i32,
  parts: i32,
): void {
  backward(dinp, dout, inp, B * T, F, true, part, parts);
}

function backward(
  dinp: usize,
  dout: usize,
  inp: usize,
  rows: i32,
  F: i32,
  gelu: bool,
  part: i32,
  parts: i32,
): void {
  const one = f32x4.splat(1);
  const last = first(rows, part + 1, parts);
  for (let bt = first(rows, part, parts); bt < last; bt++) {
    const row = <usize>(bt * 2 * F) * 4;
    const half = <usize>F * 4;
    for (let i = 0; i < F; i += 4) {
      const at = <usize>i * 4;
      const count = F - i;
      const x = loadUpTo(inp + row + at, count);
      const d = loadUpTo(dout + <usize>(bt * F) * 4 + at, count);
      sigmoid(gelu ? twoU(x) : x);
      addUpTo(dinp + row + half + at, f32x4.mul(d, f32x4.mul(x, share)), count);

      const ds = f32x4.mul(share, rest);
      let bend = f32x4.mul(x, ds);
      if (gelu) {
        // d(2u)/dx = 2 * sqrt(2 / pi) * (1 + 3 * 0.044715 * x^2)
        const square = f32x4.mul(f32x4.mul(f32x4.splat(3 * cubic), x), x);
        bend = f32x4.mul(bend, f32x4.mul(f32x4.splat(2 * scale), f32x4.add(one, square)));
      }
      // Far out ds is exactly 0. The term is then left out, as x * x may be infinite and 0 * Infinity is NaN.
      const slope = f32x4.add(share, v128.and(bend, f32x4.ne(ds, f32x4.splat(0))));
      const up = loadUpTo(inp + row + half + at, count);
      addUpTo(dinp + row + at, f32x4.mul(f32x4.mul(d, up), slope), count);
    }
  }
}
