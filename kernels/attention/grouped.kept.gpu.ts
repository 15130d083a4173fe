// What grouped.kept.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./grouped.kept.wgsl?raw";

/** One workgroup for each of the B*NH*T rows of scores. */
export function attentionGroupedKeptForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, NH, hs), written
  preatt: GpuTensor, // (B, NH, T, T), written
  att: GpuTensor, // (B, NH, T, T), written
  qkv: GpuTensor, // (B, T, (NH + 2 NKV) hs)
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  let first = 0;
  for (const { rows, tensors } of gpu.cut([preatt, att], B * NH * T)) {
    const sizes = { T, NH, NKV, hs, windowSize: Math.min(windowSize, T), first, rows };
    gpu.run({ code, entryPoint: "forward" }, sizes, [out, ...tensors, qkv], rows);
    first += rows;
  }
}

/** Each part of the rows of scores twice: by queries, then by keys and values. */
export function attentionGroupedKeptBackward(
  gpu: Gpu,
  dqkv: GpuTensor, // (B, T, (NH + 2 NKV) hs), added to
  dpreatt: GpuTensor, // (B, NH, T, T), added to
  datt: GpuTensor, // (B, NH, T, T), added to
  dout: GpuTensor, // (B, T, NH, hs)
  qkv: GpuTensor, // (B, T, (NH + 2 NKV) hs)
  att: GpuTensor, // (B, NH, T, T)
  windowSize: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  let first = 0;
  for (const { rows, tensors } of gpu.cut([dpreatt, datt, att], B * NH * T)) {
    const [dpreattPart, dattPart, attPart] = tensors;
    const sizes = { T, NH, NKV, hs, windowSize: Math.min(windowSize, T), first, rows };
    gpu.run(
      { code, entryPoint: "backwardQuery" },
      sizes,
      [dqkv, dpreattPart, dattPart, dout, qkv, attPart],
      rows,
    );
    gpu.run(
      { code, entryPoint: "backwardKeyValue" },
      { ...sizes, keys: B * NKV * T },
      [dqkv, dpreattPart, dout, qkv, attPart],
      B * NKV * T,
    );
    first += rows;
  }
}
