// What gelu.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./gelu.wgsl?raw";

export function geluForward(
  gpu: Gpu,
  out: GpuTensor, // (N), written
  inp: GpuTensor, // (N)
): void {
  gpu.runEach({ code, entryPoint: "forward" }, [out, inp]);
}

export function geluBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (N), added to
  dout: GpuTensor, // (N)
  inp: GpuTensor, // (N)
): void {
  gpu.runEach({ code, entryPoint: "backward" }, [dinp, dout, inp]);
}
