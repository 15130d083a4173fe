// Rounding to 8 bits, as llama.cpp's Q8_0 has it: blocks of 32 values, each a scale in float16 and 32 whole numbers from -127 to 127.
// Source: https://github.com/ggml-org/llama.cpp, ggml/src/ggml-quants.c, `quantize_row_q8_0_ref`.

import { formats } from "./half.ts";

export const blockValues = 32;

export interface Blocks {
  readonly numbers: Int8Array<ArrayBuffer>;
  /** One for each block, as the bits of a float16. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

/**
 * Rounds values: the scale is the largest of the 32 over 127, each value the nearest multiple of it.
 *
 * @param values a multiple of 32 of them
 * @returns undefined if a scale is too large for float16: a value is over 8,321,000
 */
export function quantize(values: Float32Array): Blocks | undefined {
  const blocks = values.length / blockValues;
  const scales = new Uint16Array(blocks);
  const numbers = new Int8Array(values.length);
  const scale = new Float32Array(1);
  const bits = new Uint32Array(scale.buffer); // the same number
  for (let block = 0; block < blocks; block++) {
    const first = block * blockValues;
    let largest = 0;
    for (let i = first; i < first + blockValues; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    scale[0] = largest / 127;
    // In float32 at each step, as llama.cpp computes it.
    const inverse = scale[0] === 0 ? 0 : Math.fround(1 / scale[0]);
    for (let i = first; i < first + blockValues; i++) {
      numbers[i] = roundAway(Math.fround(values[i] * inverse));
    }
    scales[block] = formats.float16.narrow(bits[0]);
    if (scales[block] === 0x7c00) return undefined;
  }
  return { numbers, scales };
}

/** The scales as float32. */
export function widenScales(scales: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(scales, formats.float16.widen).buffer);
}

/** Halves are rounded away from 0, as by C's roundf. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}
