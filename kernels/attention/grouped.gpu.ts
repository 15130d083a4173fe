// What flash.wgsl is bound to where heads of queries share keys and values, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./flash.wgsl?raw";

/** One workgroup for each query. */
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
  const rows = B * NH * T;
  const sizes = { T, NH, NKV, hs, windowSize: Math.min(windowSize, T), rows };
  gpu.run({ code, entryPoint: "forward" }, sizes, [out, lse, qkv], rows);
}

/** First one number for each query, then by queries, then by keys and values. */
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
  const rows = B * NH * T;
  const sizes = { T, NH, NKV, hs, windowSize: Math.min(windowSize, T), rows };
  const [means] = gpu.scratch([rows]);
  const bound = [dqkv, dout, qkv, lse, means];
  gpu.run({ code, entryPoint: "dattMeans" }, sizes, [means, dout, out], Math.ceil(rows / 64));
  gpu.run({ code, entryPoint: "backwardQuery" }, sizes, bound, rows);
  const keys = B * NKV * T;
  gpu.run({ code, entryPoint: "backwardKeyValue" }, { ...sizes, rows: keys }, bound, keys);
}
