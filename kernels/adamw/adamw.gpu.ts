// What adamw.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./adamw.wgsl?raw";

/** One thread for each weight, or for four where their number allows it. */
export function adamwUpdate(
  gpu: Gpu,
  params: GpuTensor, // (N), updated
  grads: GpuTensor, // (N)
  m: GpuTensor, // (N), updated
  v: GpuTensor, // (N), updated
  t: number,
  lr: number,
  beta1: number,
  beta2: number,
  eps: number,
  weightDecay: number,
  N: number,
): void {
  const step = [
    lr,
    1 - lr * weightDecay,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    1 - beta1 ** t,
    1 - beta2 ** t,
    eps,
  ]; // in the order of the shader's struct
  const tensors = [params, grads, m, v];
  if (N % 4 === 0) gpu.runEach({ code, entryPoint: "updateFours" }, tensors, step, 4);
  else gpu.runEach({ code, entryPoint: "update" }, tensors, step);
}
