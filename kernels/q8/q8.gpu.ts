// What q8.wgsl is bound to, and how many workgroups run it.

import type { GpuIds, GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./q8.wgsl?raw";

/** One workgroup for each output. Of a matrix that is too large to be bound, some rows at a time. */
export function matmulQ8Forward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, OC), written
  inp: GpuTensor, // (B, T, C)
  whole: GpuTensor, // (OC, C / 4)
  scales: GpuTensor, // (OC, C / 32)
  bias: GpuTensor | null, // (OC)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  const [unused] = gpu.scratch([4]); // something must be bound where there is no bias
  let first = 0;
  for (const { rows, tensors } of gpu.cut([whole, scales], OC)) {
    const sizes = { C, OC, first, rows, BT: B * T, hasBias: Number(bias !== null) };
    const bound = [out, inp, ...tensors, bias ?? unused];
    gpu.run({ code, entryPoint: "matmul" }, sizes, bound, B * T * rows);
    first += rows;
  }
}

/** One thread for each word of four numbers. */
export function embeddingQ8Forward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  inp: GpuIds, // (B, T)
  whole: GpuTensor, // (V, C / 4)
  scales: GpuTensor, // (V, C / 32)
  wpe: GpuTensor | null, // (T, C)
  scale: number,
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  const [unused] = gpu.scratch([4]);
  let first = 0;
  for (const part of gpu.cut([whole, scales], (scales.length * 32) / C)) {
    const sizes = { C, first, rows: part.rows, BT: rows, T, hasPlaces: Number(wpe !== null) };
    const words = Math.ceil((rows * C) / 4 / 64);
    gpu.run(
      { code, entryPoint: "embedding" },
      sizes,
      [out, inp, ...part.tensors, wpe ?? unused],
      words,
      [scale],
    );
    first += part.rows;
  }
}
