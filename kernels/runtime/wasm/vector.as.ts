// What the kernels in AssemblyScript share: vectors of four float32, as WebAssembly has them.

/**
 * x * y + z, lane by lane. Where the module is built with relaxed SIMD it is one instruction, which most processors round
 * once; else two, rounded twice.
 */
export function madd(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, z);
  return f32x4.add(f32x4.mul(x, y), z);
}

/** The sum of the four lanes, in float32: always the same two steps, so always the same bits. */
export function sumLanes(x: v128): f32 {
  const halves = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(halves, 0) + f32x4.extract_lane(halves, 1);
}

/** The largest of the four lanes; NaN if one is NaN. */
export function maxLane(x: v128): f32 {
  const halves = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(halves, 0), f32x4.extract_lane(halves, 1));
}

/** The first two lanes in float64: sums over a row are gathered in it. */
export function low64(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two lanes in float64. */
export function high64(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
}

/** The sum of two lanes of float64. */
export function sumLanes64(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** Adds four values to those at an address. */
export function addTo(at: usize, x: v128): void {
  v128.store(at, f32x4.add(v128.load(at), x));
}

/**
 * Four values, or at the end of an array the `count` that are left, with `rest` in the lanes after them. One loop then does
 * for an array of any length, and a value has the same bits whether it is in a whole vector or in the last one.
 */
export function loadUpTo(at: usize, count: i32, rest: f32 = 0): v128 {
  if (count >= 4) return v128.load(at);
  let x = f32x4.splat(rest);
  x = f32x4.replace_lane(x, 0, load<f32>(at));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(at, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(at, 8));
  return x;
}

/** Stores four values, or the first `count` of them. */
export function storeUpTo(at: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, x);
    return;
  }
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}

/** Adds four values to those at an address, or the first `count` of them. */
export function addUpTo(at: usize, x: v128, count: i32): void {
  storeUpTo(at, f32x4.add(loadUpTo(at, count), x), count);
}

const log2e = <f32>Math.LOG2E;
// ln 2 in two parts. The first has so few digits that its products with whole numbers up to 200 are exact.
const ln2High: f32 = 0.693145751953125;
const ln2Low: f32 = 0.0000014286068203094173;

/**
 * e to the power of x, lane by lane, within 2 ulp.
 *
 * With n the whole number nearest to x / ln 2, e^x is 2^n * e^r, and r = x - n * ln 2 is at most 0.35: eight terms of the
 * series of e^r are enough for float32. 2^n is made of two factors, so that it may be as small as float32 goes, or infinite.
 */
export function exp(x: v128): v128 {
  const within = f32x4.max(f32x4.min(x, f32x4.splat(89)), f32x4.splat(-104)); // infinite above, 0 below; NaN stays
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(log2e)));
  let r = f32x4.sub(within, f32x4.mul(n, f32x4.splat(ln2High)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(ln2Low)));
  let series = f32x4.splat(1.0 / 5040.0);
  series = madd(series, r, f32x4.splat(1.0 / 720.0));
  series = madd(series, r, f32x4.splat(1.0 / 120.0));
  series = madd(series, r, f32x4.splat(1.0 / 24.0));
  series = madd(series, r, f32x4.splat(1.0 / 6.0));
  series = madd(series, r, f32x4.splat(0.5));
  series = madd(series, r, f32x4.splat(1));
  series = madd(series, r, f32x4.splat(1));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(series, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** 2^n for n from -126 to 127, by writing n into a float's exponent. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}
