// What clip.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./clip.wgsl?raw";

const threads = 64; // in a workgroup that sums, as in the shader
const largest = 3.4028234663852886e38; // float32: Infinity is more than a shader need understand

/** Sums of the squares of parts, then their sum. */
export function gradientSquares(
  gpu: Gpu,
  sum: GpuTensor, // (1), added to
  grads: GpuTensor, // (N)
): void {
  for (const { tensor, rows: N } of gpu.pieces(grads, 1)) {
    const parts = Math.min(1024, Math.ceil(N / (16 * threads))); // 16 gradients or more for each thread
    const [squares] = gpu.scratch([parts]);
    const entryPoint = N % 4 === 0 ? "sumPartsFours" : "sumParts";
    gpu.run({ code, entryPoint }, { N, parts }, [squares, tensor], parts);
    gpu.run({ code, entryPoint: "sumTotal" }, { parts }, [sum, squares], 1);
  }
}

/** One thread for each gradient, or for four where their number allows it. */
export function clipGradients(
  gpu: Gpu,
  grads: GpuTensor, // (N), scaled
  sum: GpuTensor, // (1)
  maxNorm: number,
  N: number,
): void {
  const settings = [Math.min(maxNorm, largest)];
  const [entryPoint, perThread] = N % 4 === 0 ? ["clipFours", 4] : ["clip", 1];
  for (const { tensor, rows: N } of gpu.pieces(grads, 1)) {
    const workgroups = Math.ceil(N / perThread / 256);
    gpu.run({ code, entryPoint }, { N }, [tensor, sum], workgroups, settings);
  }
}
