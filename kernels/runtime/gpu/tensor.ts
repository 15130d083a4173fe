/// <reference types="@webgpu/types" />
// What a kernel is handed for its arrays on a GPU: a part of a buffer.

import type { Ints } from "../check.ts";

/** Some float32 values in the device's memory. */
export interface GpuTensor {
  readonly buffer: GPUBuffer;
  readonly start: number; // values, from the beginning of the buffer
  readonly length: number; // values
}

/** Token ids in the device's memory, and a copy in this thread's, from which work is shared out. */
export interface GpuIds extends GpuTensor {
  readonly values: Ints;
}

/** Values: a binding begins at a multiple of 256 bytes, whatever the device. */
export const alignment = 64;

/** The part of a tensor from `start`, `length` values long: a view, not a copy. @throws RangeError if it is not within */
export function view(tensor: GpuTensor, start: number, length: number): GpuTensor {
  if (start < 0 || length < 0 || start + length > tensor.length) {
    throw new RangeError(
      `view: ${start} to ${start + length} is not within a tensor of ${tensor.length} values`,
    );
  }
  return { buffer: tensor.buffer, start: tensor.start + start, length };
}
