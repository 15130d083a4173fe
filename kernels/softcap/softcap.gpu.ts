// What softcap.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./softcap.wgsl?raw";

export function softcapForward(
  gpu: Gpu,
  out: GpuTensor, // (N), written; may be the same tensor as inp
  inp: GpuTensor, // (N)
  cap: number,
): void {
  const inPlace = out.buffer === inp.buffer && out.start === inp.start;
  const entryPoint = inPlace ? "forwardInPlace" : "forward";
  gpu.runEach({ code, entryPoint }, inPlace ? [out] : [out, inp], [cap]);
}

export function softcapBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (N), added to
  dout: GpuTensor, // (N)
  out: GpuTensor, // (N)
  cap: number,
): void {
  gpu.runEach({ code, entryPoint: "backward" }, [dinp, dout, out], [cap]);
}
