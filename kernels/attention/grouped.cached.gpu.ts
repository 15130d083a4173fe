// What cached.wgsl is bound to where heads of queries share keys and values, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./cached.wgsl?raw";

/** One workgroup for each new token and head of queries. */
export function attentionGroupedCachedForward(
  gpu: Gpu,
  out: GpuTensor, // (R, NH, hs), written
  qkv: GpuTensor, // (T, (NH + 2 NKV) hs)
  windowSize: number,
  R: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  const seen = Math.min(windowSize, T);
  const sizes = Uint32Array.of(R, T, NH, NKV, hs, seen); // in the order of the shader's struct
  gpu.run({ code, entryPoint: "forward" }, {}, [out, qkv], R * NH, sizes);
}
