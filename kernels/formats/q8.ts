// Q8_0 in a GGUF: 8.5 bits a value, block after block, each its scale and then its 32 whole numbers. How values are rounded is
// in runtime/q8.ts.

import { blockValues, quantize as round, widenScales } from "../runtime/q8.ts";

export const blockBytes = 2 + blockValues;

/**
 * Rounds values to blocks.
 *
 * @param values a multiple of 32 of them
 * @returns undefined if a scale is too large for float16: a value is over 8,321,000
 */
export function quantize(values: Float32Array): Uint8Array<ArrayBuffer> | undefined {
  const rounded = round(values);
  if (!rounded) return undefined;
  const { numbers, scales } = rounded;
  const bytes = new Uint8Array(scales.length * blockBytes);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < scales.length; block++) {
    const at = block * blockBytes;
    view.setUint16(at, scales[block], true);
    bytes.set(numbers.subarray(block * blockValues, (block + 1) * blockValues), at + 2);
  }
  return bytes;
}

/** The values of blocks. */
export function dequantize(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const blocks = bytes.length / blockBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const halves = Uint16Array.from({ length: blocks }, (_, b) =>
    view.getUint16(b * blockBytes, true),
  );
  const scales = widenScales(halves);
  const values = new Float32Array(blocks * blockValues);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / blockValues);
    values[i] = scales[block] * view.getInt8(block * blockBytes + 2 + (i % blockValues));
  }
  return values;
}
