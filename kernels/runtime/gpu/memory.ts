/// <reference types="@webgpu/types" />
// The buffers of a GPU: those of tensors, one to compute in, and copies of tensors that begin where none can be bound.

import { type Faults, GpuFault } from "./fault.ts";
import { alignment, type GpuTensor } from "./tensor.ts";

export type Memory = ReturnType<typeof createMemory>;

export function createMemory(device: GPUDevice, faults: Faults) {
  const { maxBufferSize } = device.limits;
  const numbers = new Map<GPUBuffer, number>();
  const copies = new Map<string, GpuTensor>();
  let scratchBuffer: GPUBuffer | null = null;
  let bytes = 0;

  function createBuffer(length: number): GPUBuffer {
    const size = Math.ceil(length / alignment) * alignment * 4;
    if (size > maxBufferSize) {
      throw new GpuFault(
        `a tensor of ${size} bytes is larger than this GPU's largest buffer (${maxBufferSize} bytes)`,
      );
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const message = `the GPU has no memory left for ${size} bytes more`;
    const buffer = faults.createBuffer({ size, usage }, message);
    numbers.set(buffer, numbers.size);
    bytes += size;
    return buffer;
  }

  const alloc = (length: number): GpuTensor => ({ buffer: createBuffer(length), start: 0, length });

  return {
    alloc,

    /** Bytes taken so far. */
    get bytes(): number {
      return bytes;
    },

    /** One tensor for each length, in memory that every call gets: its values are whatever the last user left. */
    scratch(lengths: readonly number[]): GpuTensor[] {
      const starts: number[] = [];
      let total = 0;
      for (const length of lengths) {
        starts.push(total);
        total += Math.ceil(length / alignment) * alignment;
      }
      if (scratchBuffer === null || scratchBuffer.size < total * 4) {
        scratchBuffer = createBuffer(total); // work in the list may still use a smaller one, so that one is kept
      }
      const buffer = scratchBuffer;
      return lengths.map((length, i) => ({ buffer, start: starts[i], length }));
    },

    /**
     * The tensor itself where a GPU can bind it, else one of the same length that begins where it can: values are copied
     * there before a shader runs and back after it. GPT-2's own sizes never need it; channels that are not a multiple of
     * 64 do.
     *
     * @param place among the tensors of a call: each has a copy of its own
     */
    aligned(tensor: GpuTensor, place: number): GpuTensor {
      if (tensor.start % alignment === 0) return tensor;
      const name = `${place} ${tensor.length}`;
      let copy = copies.get(name);
      if (copy === undefined) {
        copy = alloc(tensor.length);
        copies.set(name, copy);
      }
      return copy;
    },

    /** A short name for a tensor, by which it can be told from all others. */
    nameOf: ({ buffer, start, length }: GpuTensor): string =>
      `${numbers.get(buffer)}:${start}:${length}`,

    destroy(): void {
      for (const buffer of numbers.keys()) buffer.destroy();
    },
  };
}
