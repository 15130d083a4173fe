// What layernorm.wgsl and layernorm.fours.wgsl are bound to, and how many workgroups run them.

import { checkArguments } from "../runtime/check.ts";
import type { Gpu, GpuTensor } from "../runtime/gpu.ts";
import foursCode from "./layernorm.fours.wgsl?raw";
import { shapes } from "./layernorm.ts";
import rowsCode from "./layernorm.wgsl?raw";

/** The rungs: a workgroup for each row; eight threads for each row, with four channels at a time. */
export const rungs = ["rows", "fours"] as const;

/** The shader, rows of a workgroup where it takes whole rows, and channels of one where it takes columns. */
function form(gpu: Gpu, C: number) {
  return gpu.choices.layernorm === "fours" && C % 4 === 0
    ? { code: foursCode, rowsEach: 8, channelsEach: 256 }
    : { code: rowsCode, rowsEach: 1, channelsEach: 64 };
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
  checkArguments(shapes, "layernormForward", { out, mean, rstd, inp, weight, bias }, { B, T, C });
  const rows = B * T;
  const { code, rowsEach } = form(gpu, C);
  gpu.run(
    { code, entryPoint: "forward" },
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
  checkArguments(
    shapes,
    "layernormBackward",
    { dinp, dweight, dbias, dout, inp, weight, mean, rstd },
    { B, T, C },
  );
  const rows = B * T;
  const chunk = Math.ceil(Math.sqrt(rows)); // as many rows in a part as there are parts
  const chunks = Math.ceil(rows / chunk);
  const { code, rowsEach, channelsEach } = form(gpu, C);
  const columns = Math.ceil(C / channelsEach);
  const [weightSums, biasSums] = gpu.scratch([chunks * C, chunks * C]);

  gpu.run(
    { code, entryPoint: "backwardInp" },
    { rows, C },
    [dinp, dout, inp, weight, mean, rstd],
    Math.ceil(rows / rowsEach),
  );
  gpu.run(
    { code, entryPoint: "sumChunks" },
    { rows, C, chunk },
    [weightSums, biasSums, dout, inp, mean, rstd],
    [columns, chunks],
  );
  gpu.run(
    { code, entryPoint: "backwardWeight" },
    { C, chunks },
    [dweight, dbias, weightSums, biasSums],
    columns,
  );
}
