// The two formats of 16 bits that weights are published in. Widened to float32, which has a number for each of theirs, they
// stay as they are; narrowed from it, they are rounded.

/** float16: 1 sign, 5 exponent, 10 fraction. bfloat16: the upper half of a float32, with 8 and 7. */
export type Half = "F16" | "BF16";

const rebias = 2 ** (127 - 15); // float32's exponents count from 127, float16's from 15
const highest = 0x1f << 23; // the exponent of float16's infinity and NaN, once it is in its place in a float32

/**
 * Widens numbers of 16 bits. Nothing is rounded: subnormals, infinities and NaN come out as what they are.
 *
 * @param bits one number each
 */
export function widen(bits: Uint16Array, dtype: Half): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  const words = new Uint32Array(values.buffer);
  if (dtype === "BF16") {
    for (let i = 0; i < bits.length; i++) words[i] = bits[i] << 16;
    return values;
  }
  for (let i = 0; i < bits.length; i++) {
    words[i] = (bits[i] & 0x7fff) << 13;
    if (words[i] >= highest) words[i] |= 0x7f800000;
    else values[i] *= rebias; // a power of two: exact, and it makes the subnormals normal
    words[i] |= (bits[i] & 0x8000) << 16;
  }
  return values;
}

/**
 * Narrows numbers to 16 bits: each becomes the nearest that there is, and of two equally near the one whose last bit is 0,
 * as in PyTorch. What is beyond the largest becomes infinite, and NaN stays NaN.
 */
export function narrow(values: Float32Array, dtype: Half): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  const bits = new Uint16Array(values.length);
  const half = dtype === "BF16" ? bfloat16Of : float16Of;
  for (let i = 0; i < words.length; i++) {
    const size = words[i] & 0x7fffffff; // without the sign
    bits[i] = ((words[i] >>> 16) & 0x8000) | (size > 0x7f800000 ? quietNaN[dtype] : half(size));
  }
  return bits;
}

const quietNaN = { F16: 0x7e00, BF16: 0x7fc0 };

/** Half of the last bit that stays, or a little less where that bit is 0, is added before the rest is cut off. */
function bfloat16Of(size: number): number {
  return (size + 0x7fff + ((size >>> 16) & 1)) >>> 16;
}

function float16Of(size: number): number {
  const rounded = size + 0xfff + ((size >>> 13) & 1);
  if (rounded >= (127 + 16) << 23) return 0x7c00;
  if (size >= (127 - 14) << 23) return (rounded - ((127 - 15) << 23)) >>> 13;
  // Subnormal: a whole number of 2^-24. Adding 2^23 to it leaves a float32 no bit for a fraction, so it rounds.
  word[0] = size;
  float[0] = float[0] * 2 ** 24 + 2 ** 23;
  return word[0] & 0x7fffff;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
