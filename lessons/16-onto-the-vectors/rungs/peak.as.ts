// What a processor can do at most: multiplications and additions that nothing holds up, and a copy.

import { madd } from "@llm.ts/kernels/runtime/wasm/vector.as";

/** 12 chains of vectors, which need no memory: 96 operations in a round. */
export function multiplyAdd(to: usize, rounds: i32, part: i32, parts: i32): void {
  const x = v128.load(to); // of any value, but unknown to the compiler: it would write a constant out each time
  const y = v128.load(to, 16);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(1);
  let s2 = f32x4.splat(2);
  let s3 = f32x4.splat(3);
  let s4 = f32x4.splat(4);
  let s5 = f32x4.splat(5);
  let s6 = f32x4.splat(6);
  let s7 = f32x4.splat(7);
  let s8 = f32x4.splat(8);
  let s9 = f32x4.splat(9);
  let s10 = f32x4.splat(10);
  let s11 = f32x4.splat(11);
  for (let i = 0; i < rounds; i++) {
    s0 = madd(s0, x, y);
    s1 = madd(s1, x, y);
    s2 = madd(s2, x, y);
    s3 = madd(s3, x, y);
    s4 = madd(s4, x, y);
    s5 = madd(s5, x, y);
    s6 = madd(s6, x, y);
    s7 = madd(s7, x, y);
    s8 = madd(s8, x, y);
    s9 = madd(s9, x, y);
    s10 = madd(s10, x, y);
    s11 = madd(s11, x, y);
  }
  // Used, so that none of it is left out.
  s0 = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  s4 = f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7));
  s8 = f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11));
  v128.store(to + <usize>part * 64, f32x4.add(f32x4.add(s0, s4), s8));
}

/** Copies one part of N values; N is a multiple of 4. */
export function copy(to: usize, from: usize, N: i32, part: i32, parts: i32): void {
  const vectors = N / 4;
  const end = <usize>((<i64>vectors * (part + 1)) / parts) * 16;
  for (let at = <usize>((<i64>vectors * part) / parts) * 16; at < end; at += 16) {
    v128.store(to + at, v128.load(from + at));
  }
}
