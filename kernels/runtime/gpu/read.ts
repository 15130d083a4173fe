/// <reference types="@webgpu/types" />
// Values back from a GPU: through a buffer that both it and this thread can read.

import { type Faults, GpuFault } from "./fault.ts";
import type { GpuTensor } from "./tensor.ts";

const kept = 4096; // bytes: a smaller buffer is used again

export function createReader(device: GPUDevice, faults: Faults) {
  const idle: GPUBuffer[] = [];

  function takeBuffer(size: number): GPUBuffer {
    const at = idle.findIndex((buffer) => buffer.size >= size);
    if (at >= 0) return idle.splice(at, 1)[0];
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return faults.createBuffer({ size, usage }, "the GPU has no memory left");
  }

  return {
    /** The values of a tensor, as they are when the device has done all that it was handed. @throws GpuFault */
    async read({ buffer, start, length }: GpuTensor): Promise<Float32Array<ArrayBuffer>> {
      const size = length * 4;
      const staging = takeBuffer(size);
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, start * 4, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      try {
        await staging.mapAsync(GPUMapMode.READ, 0, size);
      } catch (error) {
        await device.queue.onSubmittedWorkDone().catch(() => {});
        await faults.answered();
        faults.check();
        throw new GpuFault(`the GPU did not give its results back: ${(error as Error).message}`);
      }
      const values = new Float32Array(staging.getMappedRange(0, size).slice(0));
      staging.unmap();
      if (size <= kept) idle.push(staging);
      else staging.destroy();
      await faults.answered();
      faults.check();
      return values;
    },

    destroy(): void {
      for (const buffer of idle) buffer.destroy();
    },
  };
}
