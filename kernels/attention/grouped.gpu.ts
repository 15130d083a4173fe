// Grouped attention runs the shaders of flash.gpu.ts, in the form that was chosen for attention.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import { runBackward, runForward } from "./flash.gpu.ts";

export function attentionGroupedForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, NH, hs), written
  lse: GpuTensor, // (B, NH, T), written
  qkv: GpuTensor, // (B, T, (NH + 2 NKV) hs)
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  runForward(gpu, [out, lse, qkv], { B, T, NH, NKV, hs, windowSize });
}

export function attentionGroupedBackward(
  gpu: Gpu,
  dqkv: GpuTensor, // (B, T, (NH + 2 NKV) hs), added to
  dout: GpuTensor, // (B, T, NH, hs)
  out: GpuTensor, // (B, T, NH, hs)
  qkv: GpuTensor, // (B, T, (NH + 2 NKV) hs)
  lse: GpuTensor, // (B, NH, T)
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  runBackward(gpu, [dqkv, dout, out, qkv, lse], { B, T, NH, NKV, hs, windowSize });
}
