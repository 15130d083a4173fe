// What the layernorm shaders are bound to, and how many workgroups run them.

import { type Forms, formOf, type Trial } from "../runtime/forms.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import foursCode from "./layernorm.fours.wgsl?raw";
import subgroupsCode from "./layernorm.subgroups.wgsl?raw";
import rowsCode from "./layernorm.wgsl?raw";

/**
 * A workgroup for each row; eight threads for each row, with four channels at a time; a workgroup for each row, with four
 * channels at a time and sums over subgroups, which are no part of WebGPU's core.
 */
const names = ["rows", "fours", "subgroups"] as const;

export const forms: Forms = {
  kernel: "layernorm",
  names,
  plain: "rows",
  unmeasured: () => "fours",
  on: (device) => names.filter((form) => form !== "subgroups" || device.features.has("subgroups")),
  trials: ({ B, T, C }) => [64, 1024].map((most) => trial(Math.min(B * T, most), C)),
};

/** Forward and backward. */
function trial(rows: number, C: number): Trial {
  return {
    shape: `${rows} x ${C}`,
    flops: 25 * rows * C,
    prepare(gpu) {
      const [out, mean, rstd, inp] = [rows * C, rows, rows, rows * C].map(gpu.alloc);
      const [dinp, weight, bias, dweight, dbias] = [rows * C, C, C, C, C].map(gpu.alloc);
      return () => {
        layernormForward(gpu, out, mean, rstd, inp, weight, bias, 1, rows, C);
        const gradients = [dinp, dweight, dbias] as const;
        layernormBackward(gpu, ...gradients, out, inp, weight, mean, rstd, 1, rows, C);
      };
    },
  };
}

/** Which shader works on rows and how many of them a workgroup takes; likewise for columns. */
function shadersFor(gpu: Gpu, C: number) {
  const form = C % 4 === 0 ? formOf(gpu, forms) : "rows"; // the others take four channels at a time
  const plain = { byRows: rowsCode, rowsEach: 1, byColumns: rowsCode, channelsEach: 64 };
  const fours = { byRows: foursCode, rowsEach: 8, byColumns: foursCode, channelsEach: 256 };
  if (form === "fours") return fours;
  return form === "subgroups" ? { ...fours, byRows: subgroupsCode, rowsEach: 1 } : plain;
}

/** By rows. */
export function layernormForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  mean: GpuTensor, // (B, T), written
  rstd: GpuTensor, // (B, T), written
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (C)
  bias: GpuTensor, // (C)
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  const { byRows, rowsEach } = shadersFor(gpu, C);
  gpu.run(
    { code: byRows, entryPoint: "forward" },
    { rows, C },
    [out, mean, rstd, inp, weight, bias],
    Math.ceil(rows / rowsEach),
  );
}

/** dinp by rows; dweight and dbias by columns, first over parts of the rows, then over the parts. */
export function layernormBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, C), added to
  dweight: GpuTensor, // (C), added to
  dbias: GpuTensor, // (C), added to
  dout: GpuTensor, // (B, T, C)
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (C)
  mean: GpuTensor, // (B, T)
  rstd: GpuTensor, // (B, T)
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  const chunk = Math.ceil(Math.sqrt(rows)); // as many rows in a part as there are parts
  const chunks = Math.ceil(rows / chunk);
  const { byRows, rowsEach, byColumns, channelsEach } = shadersFor(gpu, C);
  const columns = Math.ceil(C / channelsEach);
  const [weightSums, biasSums] = gpu.scratch([chunks * C, chunks * C]);

  gpu.run(
    { code: byRows, entryPoint: "backwardInp" },
    { rows, C },
    [dinp, dout, inp, weight, mean, rstd],
    Math.ceil(rows / rowsEach),
  );
  gpu.run(
    { code: byColumns, entryPoint: "sumChunks" },
    { rows, C, chunk },
    [weightSums, biasSums, dout, inp, mean, rstd],
    [columns, chunks],
  );
  gpu.run(
    { code: byColumns, entryPoint: "backwardWeight" },
    { C, chunks },
    [dweight, dbias, weightSums, biasSums],
    columns,
  );
}
