// The two formats of 16 bits that weights are published in. Widened to float32, which has a number for each of theirs, they
// stay as they are; narrowed from it, they are rounded.

import { formats } from "../runtime/half.ts";

/** As they are called in files. */
export type Half = "F16" | "BF16";

const names = { F16: "float16", BF16: "bfloat16" } as const;

/**
 * Widens numbers of 16 bits. Nothing is rounded: subnormals, infinities and NaN come out as what they are.
 *
 * @param bits one number each
 */
export function widen(bits: Uint16Array, dtype: Half): Float32Array<ArrayBuffer> {
  const { widen } = formats[names[dtype]];
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = widen(bits[i]);
  return new Float32Array(words.buffer);
}

/**
 * Narrows numbers to 16 bits: each becomes the nearest that there is, and of two equally near the one whose last bit is 0,
 * as in PyTorch. What is beyond the largest becomes infinite, and NaN stays NaN.
 */
export function narrow(values: Float32Array, dtype: Half): Uint16Array<ArrayBuffer> {
  const { narrow } = formats[names[dtype]];
  const words = new Uint32Array(Float32Array.from(values).buffer);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) bits[i] = narrow(words[i]);
  return bits;
}
