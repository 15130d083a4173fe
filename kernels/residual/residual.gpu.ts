// What residual.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./residual.wgsl?raw";

export function residualForward(
  gpu: Gpu,
  out: GpuTensor, // (N), written
  inp1: GpuTensor, // (N)
  inp2: GpuTensor, // (N)
): void {
  gpu.runEach({ code, entryPoint: "forward" }, [out, inp1, inp2]);
}

export function residualBackward(
  gpu: Gpu,
  dinp1: GpuTensor, // (N), added to
  dinp2: GpuTensor, // (N), added to
  dout: GpuTensor, // (N)
): void {
  gpu.runEach({ code, entryPoint: "backward" }, [dinp1, dinp2, dout]);
}
