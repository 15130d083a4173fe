/// <reference types="@webgpu/types" />
// The WebGPU tier: every kernel as the compute shader in its layer's folder.

import type { Backend } from "./backend.ts";
import * as layernorm from "./layernorm/layernorm.gpu.ts";
import { createGpu, type GpuIds, type GpuTensor } from "./runtime/gpu.ts";

/**
 * Makes the WebGPU tier on a device, which stays the caller's: `destroy` gives back memory only.
 */
export function createWebGpu(device: GPUDevice) {
  const gpu = createGpu(device);
  type Drop<F> = F extends (gpu: never, ...args: infer A) => void ? A : never;
  const on =
    <F extends (gpu: never, ...args: never[]) => void>(kernel: F) =>
    (...args: Drop<F>): void =>
      (kernel as unknown as (...all: unknown[]) => void)(gpu, ...args);

  return {
    name: "WebGPU",
    alloc: (lengths) => lengths.map((length) => gpu.alloc(length)),
    allocIds: (length) => ({ ...gpu.alloc(length), values: new Int32Array(length) }),
    view: (tensor, start, length) => gpu.view(tensor, start, length),
    viewIds: (ids, start, length) => ({
      ...gpu.view(ids, start, length),
      values: ids.values.subarray(start, start + length),
    }),
    write: (tensor, values) => gpu.write(tensor, values),
    writeIds(ids, values) {
      gpu.write(ids, values);
      ids.values.set(values);
    },
    zero: (tensor) => gpu.zero(tensor),
    async read(tensor, into) {
      const values = await gpu.read(tensor);
      if (into === undefined) return values;
      into.set(values);
      return into;
    },
    submit: () => gpu.submit(),
    destroy: () => gpu.destroy(),

    layernormForward: on(layernorm.layernormForward),
    layernormBackward: on(layernorm.layernormBackward),
  } satisfies Partial<Backend<GpuTensor, GpuIds>>;
}
