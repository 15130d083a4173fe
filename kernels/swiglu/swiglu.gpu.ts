// What swiglu.wgsl is bound to, and how many workgroups run it: one thread for each channel of each token.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./swiglu.wgsl?raw";

function run(
  gpu: Gpu,
  entryPoint: "forward" | "backward",
  gelu: 0 | 1,
  tensors: GpuTensor[],
  rows: number,
  F: number,
): void {
  gpu.run({ code, entryPoint }, { rows, F, gelu }, tensors, Math.ceil((rows * F) / 256));
}

export function swigluForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, F), written
  inp: GpuTensor, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  run(gpu, "forward", 0, [out, inp], B * T, F);
}

export function swigluBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, 2F), added to
  dout: GpuTensor, // (B, T, F)
  inp: GpuTensor, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  run(gpu, "backward", 0, [dinp, dout, inp], B * T, F);
}

export function gegluForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, F), written
  inp: GpuTensor, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  run(gpu, "forward", 1, [out, inp], B * T, F);
}

export function gegluBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, 2F), added to
  dout: GpuTensor, // (B, T, F)
  inp: GpuTensor, // (B, T, 2F)
  B: number,
  T: number,
  F: number,
): void {
  run(gpu, "backward", 1, [dinp, dout, inp], B * T, F);
}
