// What softmax does to a row, wherever it occurs: in a layer of its own, in the loss, and in attention.

import { exp, high64, loadUpTo, low64, maxLane, storeUpTo, sumLanes64 } from "./vector.as";

const infinity: f32 = Infinity;

/** The largest of n values, or of them and `least`; NaN if one is NaN. */
export function maxOf(from: usize, n: i32, least: f32 = -infinity): f32 {
  let largest = f32x4.splat(least);
  for (let i = 0; i < n; i += 4) {
    largest = f32x4.max(largest, loadUpTo(from + <usize>i * 4, n - i, -infinity));
  }
  return maxLane(largest);
}

/** Writes e to the power of (value - shift) for n values. @returns their sum, in float64 */
export function expOf(to: usize, from: usize, n: i32, shift: f32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i * 4;
    const e = exp(f32x4.sub(loadUpTo(from + at, n - i, -infinity), f32x4.splat(shift)));
    storeUpTo(to + at, e, n - i);
    low = f64x2.add(low, low64(e));
    high = f64x2.add(high, high64(e));
  }
  return sumLanes64(low) + sumLanes64(high);
}

/** Multiplies n values by a factor. */
export function scaleBy(at: usize, n: i32, factor: f32): void {
  for (let i = 0; i < n; i += 4) {
    const x = loadUpTo(at + <usize>i * 4, n - i);
    storeUpTo(at + <usize>i * 4, f32x4.mul(x, f32x4.splat(factor)), n - i);
  }
}
