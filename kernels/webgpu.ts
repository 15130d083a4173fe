/// <reference types="@webgpu/types" />
// The WebGPU tier: every kernel as the compute shader in its layer's folder.

import * as adamw from "./adamw/adamw.gpu.ts";
import * as attention from "./attention/attention.gpu.ts";
import * as flash from "./attention/flash.gpu.ts";
import type { Backend } from "./backend.ts";
import * as clip from "./clip/clip.gpu.ts";
import * as crossentropy from "./crossentropy/crossentropy.gpu.ts";
import * as encoder from "./encoder/encoder.gpu.ts";
import * as gelu from "./gelu/gelu.gpu.ts";
import * as layernorm from "./layernorm/layernorm.gpu.ts";
import * as matmul from "./matmul/matmul.gpu.ts";
import * as residual from "./residual/residual.gpu.ts";
import {
  createGpu,
  type Gpu,
  type GpuIds,
  type GpuOptions,
  type GpuTensor,
} from "./runtime/gpu.ts";
import * as softmax from "./softmax/softmax.gpu.ts";

/**
 * Makes the WebGPU tier on a device, which stays the caller's: `destroy` gives back memory only.
 */
export function createWebGpu(device: GPUDevice, options: GpuOptions = {}) {
  const gpu = createGpu(device, options);
  type Drop<F> = F extends (gpu: never, ...args: infer A) => void ? A : never;
  const on =
    <F extends (gpu: never, ...args: never[]) => void>(kernel: F) =>
    (...args: Drop<F>): void =>
      (kernel as unknown as (...all: unknown[]) => void)(gpu, ...args);

  return {
    name: "WebGPU",
    gpu,
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

    encoderForward: on(encoder.encoderForward),
    encoderBackward: on(encoder.encoderBackward),
    layernormForward: on(layernorm.layernormForward),
    layernormBackward: on(layernorm.layernormBackward),
    matmulForward: on(matmul.matmulForward),
    matmulBackward: on(matmul.matmulBackward),
    attentionForward: on(attention.attentionForward),
    attentionBackward: on(attention.attentionBackward),
    attentionFlashForward: on(flash.attentionFlashForward),
    attentionFlashBackward: on(flash.attentionFlashBackward),
    geluForward: on(gelu.geluForward),
    geluBackward: on(gelu.geluBackward),
    residualForward: on(residual.residualForward),
    residualBackward: on(residual.residualBackward),
    softmaxForward: on(softmax.softmaxForward),
    softmaxBackward: on(softmax.softmaxBackward),
    crossentropyForward: on(crossentropy.crossentropyForward),
    crossentropyBackward: on(crossentropy.crossentropyBackward),
    crossentropySoftmaxBackward: on(crossentropy.crossentropySoftmaxBackward),
    crossentropySoftmaxFused: on(crossentropy.crossentropySoftmaxFused),
    crossentropyMean: on(crossentropy.crossentropyMean),
    gradientSquares: on(clip.gradientSquares),
    clipGradients: on(clip.clipGradients),
    adamwUpdate: on(adamw.adamwUpdate),
  } satisfies Partial<Backend<GpuTensor, GpuIds>> & { gpu: Gpu };
}
