// GELU on the processor's vectors. With the sigmoid  s(z) = 1 / (1 + exp(-z))  the bend of gelu.ts is
//
//   0.5 * (1 + tanh(u)) = s(2u)        0.5 * (1 - tanh(u)^2) = 2 * s(2u) * (1 - s(2u))
//
// which needs one exponential, and subtracts nothing from 1 where tanh is near -1.

import { firstOf, line } from "../runtime/wasm/share.as";
import { addUpTo, exp, loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

const scale: f32 = 0.7978845608028654; // sqrt(2 / pi)
const cubic: f32 = 0.044715;

/** 2u = 2 * sqrt(2 / pi) * (x + 0.044715 * x^3) */
function twoU(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(f32x4.mul(f32x4.splat(cubic), x), x), x);
  return f32x4.mul(f32x4.splat(2 * scale), f32x4.add(x, cube));
}

export function geluForward(
  out: usize, // (N), written
  inp: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, N, part + 1, parts);
  const one = f32x4.splat(1);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const count = end - i;
    const x = loadUpTo(inp + <usize>i * 4, count);
    const e = exp(f32x4.neg(twoU(x)));
    storeUpTo(out + <usize>i * 4, f32x4.div(x, f32x4.add(one, e)), count);
  }
}

export function geluBackward(
  dinp: usize, // (N), added to
  dout: usize, // (N)
  inp: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  const end = firstOf(line, N, part + 1, parts);
  const one = f32x4.splat(1);
  for (let i = firstOf(line, N, part, parts); i < end; i += 4) {
    const count = end - i;
    const x = loadUpTo(inp + <usize>i * 4, count);
    const z = twoU(x);
    // exp of minus |z|, which is at most 1: s(|z|) = 1 / (1 + e), and s(-|z|) = e / (1 + e).
    const e = exp(f32x4.neg(f32x4.abs(z)));
    const larger = f32x4.div(one, f32x4.add(one, e));
    const smaller = f32x4.mul(e, larger);
    const s = v128.bitselect(smaller, larger, f32x4.lt(z, f32x4.splat(0)));
    // dz/dx = 2 * sqrt(2 / pi) * (1 + 3 * 0.044715 * x^2)
    const square = f32x4.mul(f32x4.mul(f32x4.splat(3 * cubic), x), x);
    const dz = f32x4.mul(f32x4.splat(2 * scale), f32x4.add(one, square));
    const ds = f32x4.mul(smaller, larger);
    // Far out ds is exactly 0. The term is then left out, as x * x may be infinite and 0 * Infinity is NaN.
    const bend = f32x4.mul(f32x4.mul(x, ds), dz);
    const slope = f32x4.add(s, v128.and(bend, f32x4.ne(ds, f32x4.splat(0))));
    addUpTo(dinp + <usize>i * 4, f32x4.mul(slope, loadUpTo(dout + <usize>i * 4, count)), count);
  }
}
