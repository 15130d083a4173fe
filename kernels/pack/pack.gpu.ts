// What pack.wgsl is bound to, and how many workgroups run it: one thread for each word of two numbers.

import { type GpuTensor, view } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./pack.wgsl?raw";

type Kernel = "packBfloat16" | "unpackBfloat16" | "packFloat16" | "unpackFloat16";

function run(gpu: Gpu, entryPoint: Kernel, packed: GpuTensor, floats: GpuTensor): void {
  // Words are rows of two numbers. Where their number is odd, the last word is half a row.
  for (const { tensor, row, rows } of gpu.pieces(floats, 2)) {
    const words = Math.ceil(rows);
    const part = view(packed, row, words);
    const tensors = entryPoint.startsWith("pack") ? [part, tensor] : [tensor, part];
    gpu.run({ code, entryPoint }, { N: tensor.length }, tensors, Math.ceil(words / 256));
  }
}

export function packBfloat16(
  gpu: Gpu,
  packed: GpuTensor, // (N / 2, rounded up), written
  inp: GpuTensor, // (N)
): void {
  run(gpu, "packBfloat16", packed, inp);
}

export function unpackBfloat16(
  gpu: Gpu,
  out: GpuTensor, // (N), written
  packed: GpuTensor, // (N / 2, rounded up)
): void {
  run(gpu, "unpackBfloat16", packed, out);
}

export function packFloat16(
  gpu: Gpu,
  packed: GpuTensor, // (N / 2, rounded up), written
  inp: GpuTensor, // (N)
): void {
  run(gpu, "packFloat16", packed, inp);
}

export function unpackFloat16(
  gpu: Gpu,
  out: GpuTensor, // (N), written
  packed: GpuTensor, // (N / 2, rounded up)
): void {
  run(gpu, "unpackFloat16", packed, out);
}
