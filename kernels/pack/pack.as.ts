// Packing on the processor's vectors: eight numbers of 32 bits to eight of 16, and back. The words are shared out among the
// threads.

import { fromFloat16 } from "../runtime/wasm/half.as";
import { firstOf, line } from "../runtime/wasm/share.as";
import { loadUpTo, storeUpTo } from "../runtime/wasm/vector.as";

/** Without the sign, four numbers' bits compare as whole numbers do. */
function sizeOf(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x7fffffff));
}

/** The signs at their place in 16 bits, and the rest of the number, or NaN where it was one. */
function signed(x: v128, size: v128, half: v128, nan: i32): v128 {
  const sign = v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000));
  const wasNaN = i32x4.gt_s(size, i32x4.splat(0x7f800000));
  return v128.or(sign, v128.bitselect(i32x4.splat(nan), half, wasNaN));
}

/** Half of the last of the bits that stay, or a little less where that is 0: of two equally near, the even one is taken. */
function plusHalf(size: v128, bits: i32): v128 {
  const last = v128.and(i32x4.shr_u(size, bits), i32x4.splat(1));
  return i32x4.add(i32x4.add(size, i32x4.splat((1 << (bits - 1)) - 1)), last);
}

function toBfloat16(x: v128): v128 {
  const size = sizeOf(x);
  return signed(x, size, i32x4.shr_u(plusHalf(size, 16), 16), 0x7fc0);
}

function toFloat16(x: v128): v128 {
  const size = sizeOf(x);
  const rounded = plusHalf(size, 13);
  let half = i32x4.shr_u(i32x4.sub(rounded, i32x4.splat((127 - 15) << 23)), 13);
  half = v128.bitselect(
    i32x4.splat(0x7c00),
    half,
    i32x4.ge_s(rounded, i32x4.splat((127 + 16) << 23)),
  );
  // Subnormal: a whole number of 2^-24. Adding 2^23 to it leaves a float32 no bit for a fraction, so it rounds.
  const whole = f32x4.add(f32x4.mul(size, f32x4.splat(16777216)), f32x4.splat(8388608));
  const small = i32x4.lt_s(size, i32x4.splat((127 - 14) << 23));
  half = v128.bitselect(v128.and(whole, i32x4.splat(0x7fffff)), half, small);
  return signed(x, size, half, 0x7e00);
}

/** Words that so many numbers take. */
function wordsOf(count: i32): i32 {
  return (count >> 1) + (count & 1);
}

function pack(packed: usize, inp: usize, N: i32, half: bool, part: i32, parts: i32): void {
  const words = wordsOf(N);
  const end = firstOf(line, words, part + 1, parts);
  for (let i = firstOf(line, words, part, parts); i < end; i += 4) {
    const count = min(N, 2 * end) - 2 * i; // of numbers
    const at = inp + <usize>i * 8;
    let low = loadUpTo(at, count);
    let high = count > 4 ? loadUpTo(at + 16, count - 4) : i32x4.splat(0);
    low = half ? toFloat16(low) : toBfloat16(low);
    high = half ? toFloat16(high) : toBfloat16(high);
    const both = v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14); // the lower half of each lane
    storeUpTo(packed + <usize>i * 4, both, end - i);
  }
}

function unpack(out: usize, packed: usize, N: i32, half: bool, part: i32, parts: i32): void {
  const words = wordsOf(N);
  const end = firstOf(line, words, part + 1, parts);
  for (let i = firstOf(line, words, part, parts); i < end; i += 4) {
    const count = min(N, 2 * end) - 2 * i;
    const both = loadUpTo(packed + <usize>i * 4, end - i);
    let even = i32x4.shl(both, 16);
    let odd = v128.and(both, i32x4.splat(0xffff0000));
    if (half) {
      even = fromFloat16(i32x4.shr_u(even, 16));
      odd = fromFloat16(i32x4.shr_u(odd, 16));
    }
    const at = out + <usize>i * 8;
    storeUpTo(at, v128.shuffle<i32>(even, odd, 0, 4, 1, 5), count);
    if (count > 4) storeUpTo(at + 16, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), count - 4);
  }
}

export function packBfloat16(
  packed: usize, // (N / 2, rounded up), written
  inp: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  pack(packed, inp, N, false, part, parts);
}

export function unpackBfloat16(
  out: usize, // (N), written
  packed: usize, // (N / 2, rounded up)
  N: i32,
  part: i32,
  parts: i32,
): void {
  unpack(out, packed, N, false, part, parts);
}

export function packFloat16(
  packed: usize, // (N / 2, rounded up), written
  inp: usize, // (N)
  N: i32,
  part: i32,
  parts: i32,
): void {
  pack(packed, inp, N, true, part, parts);
}

export function unpackFloat16(
  out: usize, // (N), written
  packed: usize, // (N / 2, rounded up)
  N: i32,
  part: i32,
  parts: i32,
): void {
  unpack(out, packed, N, true, part, parts);
}
