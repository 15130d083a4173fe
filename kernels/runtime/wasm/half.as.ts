// The two formats of 16 bits on the processor's vectors.

/** float32 of float16: 16 bits in each lane. */
export function fromFloat16(bits: v128): v128 {
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  const size = v128.and(bits, i32x4.splat(0x7fff));
  let x = i32x4.add(i32x4.shl(size, 13), i32x4.splat((127 - 15) << 23));
  const largest = i32x4.ge_s(size, i32x4.splat(0x7c00)); // infinite, or NaN
  x = v128.or(x, v128.and(largest, i32x4.splat(0x7f800000)));
  const small = f32x4.mul(f32x4.convert_i32x4_s(size), f32x4.splat(1.0 / 16777216.0));
  x = v128.bitselect(small, x, i32x4.lt_s(size, i32x4.splat(0x0400)));
  return v128.or(sign, x);
}

/** float32 of bfloat16, likewise: its upper half. */
export function fromBfloat16(bits: v128): v128 {
  return i32x4.shl(bits, 16);
}
