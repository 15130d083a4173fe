// What the layernorm shaders are bound to, and how many workgroups run them.

import { checkArguments } from "../runtime/check.ts";
import type { Gpu, GpuTensor } from "../runtime/gpu.ts";
import foursCode from "./layernorm.fours.wgsl?raw";
import subgroupsCode from "./layernorm.subgroups.wgsl?raw";
import { signatures } from "./layernorm.ts";
import rowsCode from "./layernorm.wgsl?raw";

/**
 * The rungs: a workgroup for each row; eight threads for each row, with four channels at a time; a workgroup for each row,
 * with four channels at a time and sums over subgroups.
 */
export const rungs = ["rows", "fours", "subgroups"] as const;

/** The rungs that a device can run: subgroups are no part of WebGPU's core. */
export function rungsOn(device: GPUDevice): readonly string[] {
  return rungs.filter((rung) => rung !== "subgroups" || device.features.has("subgroups"));
}

/** Which shader works on rows and how many of them a workgroup takes; likewise for columns. */
function form(gpu: Gpu, C: number) {
  const rung = C % 4 === 0 ? gpu.choices.layernorm : "rows"; // the others take four channels at a time
  const plain = { byRows: rowsCode, rowsEach: 1, byColumns: rowsCode, channelsEach: 64 };
  const fours = { byRows: foursCode, rowsEach: 8, byColumns: foursCode, channelsEach: 256 };
  if (rung === "fours") return fours;
  return rung === "subgroups" ? { ...fours, byRows: subgroupsCode, rowsEach: 1 } : plain;
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
  checkArguments(
    signatures,
    "layernormForward",
    { out, mean, rstd, inp, weight, bias },
    { B, T, C },
  );
  const rows = B * T;
  const { byRows, rowsEach } = form(gpu, C);
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
  checkArguments(
    signatures,
    "layernormBackward",
    { dinp, dweight, dbias, dout, inp, weight, mean, rstd },
    { B, T, C },
  );
  const rows = B * T;
  const chunk = Math.ceil(Math.sqrt(rows)); // as many rows in a part as there are parts
  const chunks = Math.ceil(rows / chunk);
  const { byRows, rowsEach, byColumns, channelsEach } = form(gpu, C);
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
