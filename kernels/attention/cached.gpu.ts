// What cached.wgsl is bound to, and how many workgroups run it.

import { checkArguments } from "../runtime/check.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import { checkHeads } from "./attention.ts";
import { checkNew, signatures } from "./cached.ts";
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
  checkArguments(signatures, "attentionCachedForward", { out, inp }, { R, T, C, NH });
  checkHeads("attentionCachedForward", C, NH);
  checkNew("attentionCachedForward", R, T);
  const sizes = Uint32Array.of(R, T, C, NH); // in the order of the shader's struct
  gpu.run({ code, entryPoint: "forward" }, {}, [out, inp], R * NH, sizes);
}
