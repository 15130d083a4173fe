// What layernorm.wgsl is bound to, and how many workgroups run it.

import { checkArguments } from "../runtime/check.ts";
import type { Gpu, GpuTensor } from "../runtime/gpu.ts";
import { shapes } from "./layernorm.ts";
import code from "./layernorm.wgsl?raw";

const threads = 64; // in a workgroup with a thread for each channel, as in the shader

/** One workgroup for each of the B*T rows. */
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
  gpu.run({ code, entryPoint: "forward" }, { rows, C }, [out, mean, rstd, inp, weight, bias], rows);
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
  const columns = Math.ceil(C / threads);
  const [weightSums, biasSums] = gpu.scratch([chunks * C, chunks * C]);

  gpu.run(
    { code, entryPoint: "backwardInp" },
    { rows, C },
    [dinp, dout, inp, weight, mean, rstd],
    rows,
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
