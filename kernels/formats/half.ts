// The two formats of 16 bits that weights are published in, widened to float32, which has a number for each of theirs.

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
