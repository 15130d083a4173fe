// The two formats of 16 bits, number by number. All of it is on the bits of float32, so that no device's arithmetic has a
// say in how a number is rounded.

/** float16: 1 sign, 5 exponent, 10 fraction. bfloat16: the upper half of a float32, with 8 and 7. */
export type HalfFormat = "float16" | "bfloat16";

/** How float32's bits become a half's, and the other way round. */
interface Format {
  /**
   * Of a float32's bits to the nearest half's, of two equally near to the one whose last bit is 0, as in PyTorch. What is
   * beyond the largest becomes infinite, and NaN stays NaN.
   */
  readonly narrow: (word: number) => number;
  /** Of a half's bits to the float32's of the same number. Nothing is rounded. */
  readonly widen: (bits: number) => number;
}

export const formats: Readonly<Record<HalfFormat, Format>> = {
  bfloat16: {
    narrow(word) {
      const size = word & 0x7fffffff; // without the sign
      return signOf(word) | (size > infinity ? 0x7fc0 : bfloat16Of(size));
    },
    widen: (bits) => (bits << 16) >>> 0,
  },
  float16: {
    narrow(word) {
      const size = word & 0x7fffffff;
      return signOf(word) | (size > infinity ? 0x7e00 : float16Of(size));
    },
    widen: (bits) => (((bits & 0x8000) << 16) | float32Of(bits & 0x7fff)) >>> 0,
  },
};

const infinity = 0x7f800000;
const signOf = (word: number) => (word >>> 16) & 0x8000;

/** Adds half of the last bit that stays, or a little less where that is 0, and cuts off the rest. */
function bfloat16Of(size: number): number {
  return (size + 0x7fff + ((size >>> 16) & 1)) >>> 16;
}

/** float32's exponents count from 127, float16's from 15. */
const rebias = (127 - 15) << 23;

function float16Of(size: number): number {
  const rounded = size + 0xfff + ((size >>> 13) & 1);
  if (rounded >= (127 + 16) << 23) return 0x7c00;
  if (size >= (127 - 14) << 23) return (rounded - rebias) >>> 13;
  // Subnormal: a whole number of 2^-24. Adding 2^23 to it leaves a float32 no bit for a fraction, so it rounds.
  word[0] = size;
  float[0] = float[0] * 2 ** 24 + 2 ** 23;
  return word[0] & 0x7fffff;
}

function float32Of(bits: number): number {
  if (bits >= 0x7c00) return infinity | (bits << 13);
  if (bits >= 0x0400) return (bits << 13) + rebias;
  float[0] = bits * 2 ** -24;
  return word[0];
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
