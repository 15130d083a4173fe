// What attention.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./attention.wgsl?raw";

/** One workgroup for each of the B*NH*T rows of scores. */
export function attentionForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  preatt: GpuTensor, // (B, NH, T, T), written
  att: GpuTensor, // (B, NH, T, T), written
  inp: GpuTensor, // (B, T, 3C)
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  let first = 0;
  for (const { rows, tensors } of gpu.cut([preatt, att], B * NH * T)) {
    const sizes = { T, C, NH, first, rows };
    gpu.run({ code, entryPoint: "forward" }, sizes, [out, ...tensors, inp], rows);
    first += rows;
  }
}

/** Each part of the rows of scores twice: by queries, then by keys and values. */
export function attentionBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, 3C), added to
  dpreatt: GpuTensor, // (B, NH, T, T), added to
  datt: GpuTensor, // (B, NH, T, T), added to
  dout: GpuTensor, // (B, T, C)
  inp: GpuTensor, // (B, T, 3C)
  att: GpuTensor, // (B, NH, T, T)
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  let first = 0;
  for (const { rows, tensors } of gpu.cut([dpreatt, datt, att], B * NH * T)) {
    const [dpreattPart, dattPart, attPart] = tensors;
    const sizes = { T, C, NH, first, rows };
    gpu.run(
      { code, entryPoint: "backwardQuery" },
      sizes,
      [dinp, dpreattPart, dattPart, dout, inp, attPart],
      rows,
    );
    gpu.run(
      { code, entryPoint: "backwardKeyValue" },
      { ...sizes, heads: B * NH },
      [dinp, dpreattPart, dout, inp, attPart],
      B * NH * T,
    );
    first += rows;
  }
}
