// What the rmsnorm shaders are bound to, and how many workgroups run them.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./rmsnorm.wgsl?raw";

/** By rows. */
export function rmsnormForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  rstd: GpuTensor, // (B, T), written
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (C)
  eps: number,
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  gpu.run({ code, entryPoint: "forward" }, { rows, C }, [out, rstd, inp, weight], rows, [eps]);
}

/** dinp by rows; dweight by columns, first over parts of the rows, then over the parts. */
export function rmsnormBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, C), added to
  dweight: GpuTensor, // (C), added to
  dout: GpuTensor, // (B, T, C)
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (C)
  rstd: GpuTensor, // (B, T)
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  const chunk = Math.ceil(Math.sqrt(rows)); // as many rows in a part as there are parts
  const chunks = Math.ceil(rows / chunk);
  const columns = Math.ceil(C / 64);
  const [weightSums] = gpu.scratch([chunks * C]);

  gpu.run({ code, entryPoint: "backwardInp" }, { rows, C }, [dinp, dout, inp, weight, rstd], rows);
  gpu.run(
    { code, entryPoint: "sumChunks" },
    { rows, C, chunk },
    [weightSums, dout, inp, rstd],
    [columns, chunks],
  );
  gpu.run({ code, entryPoint: "backwardWeight" }, { C, chunks }, [dweight, weightSums], columns);
}
