// RoPE on the processor's vectors. The tokens are shared out among the threads.

import { first } from "../runtime/wasm/share.as";
import { loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

export function ropeForward(
  qkv: usize, // (B, T, (NH + 2 NKV) hs), updated
  cis: usize, // (T, 2, hs/2)
  apart: f64,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  turn(qkv, cis, 1, <i32>apart, B, T, NH, NKV, hs, part, parts);
}

export function ropeBackward(
  dqkv: usize, // (B, T, (NH + 2 NKV) hs), updated
  cis: usize, // (T, 2, hs/2)
  apart: f64,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  turn(dqkv, cis, -1, <i32>apart, B, T, NH, NKV, hs, part, parts);
}

function turn(
  qkv: usize,
  cis: usize,
  direction: f32,
  apart: i32,
  B: i32,
  T: i32,
  NH: i32,
  NKV: i32,
  hs: i32,
  part: i32,
  parts: i32,
): void {
  const pairs = hs / 2;
  const last = first(B * T, part + 1, parts);
  for (let bt = first(B * T, part, parts); bt < last; bt++) {
    const cos = cis + <usize>((bt % T) * hs) * 4;
    const sin = cos + <usize>pairs * 4;
    for (let head = 0; head < NH + NKV; head++) {
      const row = qkv + <usize>((bt * (NH + 2 * NKV) + head) * hs) * 4;
      if (apart === 1) turnNeighbours(row, cos, sin, direction, pairs);
      else turnHalves(row, cos, sin, direction, pairs);
    }
  }
}

/** Channels 2i and 2i + 1, one pair after the other. */
function turnNeighbours(row: usize, cos: usize, sin: usize, direction: f32, pairs: i32): void {
  for (let i = 0; i < pairs; i++) {
    const at = row + <usize>i * 8;
    const a = load<f32>(at);
    const b = load<f32>(at, 4);
    const c = load<f32>(cos + <usize>i * 4);
    const s = direction * load<f32>(sin + <usize>i * 4);
    store<f32>(at, a * c - b * s);
    store<f32>(at, a * s + b * c, 4);
  }
}

/** Channels i and i + pairs, four pairs at once. */
function turnHalves(row: usize, cos: usize, sin: usize, direction: f32, pairs: i32): void {
  const sign = f32x4.splat(direction);
  const half = <usize>pairs * 4;
  for (let i = 0; i < pairs; i += 4) {
    const at = <usize>i * 4;
    const count = pairs - i;
    const a = loadUpTo(row + at, count);
    const b = loadUpTo(row + half + at, count);
    const c = loadUpTo(cos + at, count);
    const s = f32x4.mul(sign, loadUpTo(sin + at, count));
    storeUpTo(row + at, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), count);
    storeUpTo(row + half + at, f32x4.add(f32x4.mul(a, s), f32x4.mul(b, c)), count);
  }
}
