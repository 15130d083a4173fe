// What cached.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./cached.wgsl?raw";

/** One workgroup for each new token and head. */
export function attentionCachedForward(
  gpu: Gpu,
  out: GpuTensor, // (R, C), written
  inp: GpuTensor, // (T, 3C)
  R: number,
  T: number,
  C: number,
  NH: number,
): void {
  const sizes = Uint32Array.of(R, T, NH, NH, C / NH, T); // in the order of the shader's struct
  gpu.run({ code, entryPoint: "forward" }, {}, [out, inp], R * NH, sizes);
}
