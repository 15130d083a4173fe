// Q8_0, llama.cpp's format of 8.5 bits a value: blocks of 32, each a scale in float16 and 32 whole numbers from -127 to 127.
// Source: https://github.com/ggml-org/llama.cpp, ggml/src/ggml-quants.c, `quantize_row_q8_0_ref`.

import { narrow, widen } from "./half.ts";

export const blockValues = 32;
export const blockBytes = 2 + blockValues;

/**
 * Rounds values to blocks: the scale is the largest of the 32 over 127, each value the nearest multiple of it.
 *
 * @param values a multiple of 32 of them
 * @returns undefined if a scale is too large for float16: a value is over 8,321,000
 */
export function quantize(values: Float32Array): Uint8Array<ArrayBuffer> | undefined {
  const blocks = values.length / blockValues;
  const scales = new Float32Array(blocks);
  const bytes = new Uint8Array(blocks * blockBytes);
  for (let block = 0; block < blocks; block++) {
    const first = block * blockValues;
    let largest = 0;
    for (let i = first; i < first + blockValues; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    scales[block] = largest / 127;
    // In float32 at each step, as llama.cpp computes it.
    const inverse = scales[block] === 0 ? 0 : Math.fround(1 / scales[block]);
    const at = block * blockBytes + 2;
    for (let i = 0; i < blockValues; i++) {
      bytes[at + i] = roundAway(Math.fround(values[first + i] * inverse));
    }
  }
  const view = new DataView(bytes.buffer);
  const halves = narrow(scales, "F16");
  if (halves.includes(0x7c00)) return undefined;
  halves.forEach((half, block) => {
    view.setUint16(block * blockBytes, half, true);
  });
  return bytes;
}

/** The values of blocks. */
export function dequantize(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const blocks = bytes.length / blockBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const halves = Uint16Array.from({ length: blocks }, (_, b) =>
    view.getUint16(b * blockBytes, true),
  );
  const scales = widen(halves, "F16");
  const values = new Float32Array(blocks * blockValues);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / blockValues);
    values[i] = scales[block] * view.getInt8(block * blockBytes + 2 + (i % blockValues));
  }
  return values;
}

/** Halves are rounded away from 0, as by C's roundf. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}
