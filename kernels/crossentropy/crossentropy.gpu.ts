// What crossentropy.wgsl is bound to, and how many workgroups run it.

import type { GpuIds, GpuTensor } from "../runtime/gpu/tensor.ts";
import { type Gpu, threadsForRow } from "../runtime/gpu.ts";
import code from "./crossentropy.wgsl?raw";

const threads = 64; // in a workgroup with a thread for each row, as in the shader

/** One thread for each row. */
export function crossentropyForward(
  gpu: Gpu,
  losses: GpuTensor, // (B, T), written, in nats
  probs: GpuTensor, // (B, T, Vp)
  targets: GpuIds, // (B, T), token ids from 0 to Vp - 1
  B: number,
  T: number,
  Vp: number,
): void {
  for (const { rows, tensors } of gpu.cut([losses, probs, targets], B * T)) {
    gpu.run({ code, entryPoint: "forward" }, { rows, Vp }, tensors, Math.ceil(rows / threads));
  }
}

/** One thread for each row. */
export function crossentropyBackward(
  gpu: Gpu,
  dprobs: GpuTensor, // (B, T, Vp), added to
  dlosses: GpuTensor, // (B, T)
  probs: GpuTensor, // (B, T, Vp)
  targets: GpuIds, // (B, T), token ids from 0 to Vp - 1
  B: number,
  T: number,
  Vp: number,
): void {
  for (const { rows, tensors } of gpu.cut([dprobs, dlosses, probs, targets], B * T)) {
    gpu.run({ code, entryPoint: "backward" }, { rows, Vp }, tensors, Math.ceil(rows / threads));
  }
}

/** One workgroup for each row. */
export function crossentropySoftmaxBackward(
  gpu: Gpu,
  dlogits: GpuTensor, // (B, T, Vp), added to
  dlosses: GpuTensor, // (B, T)
  probs: GpuTensor, // (B, T, Vp)
  targets: GpuIds, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  for (const { rows, tensors } of gpu.cut([dlogits, dlosses, probs, targets], B * T)) {
    gpu.run(
      { code, entryPoint: "softmaxBackward" },
      { rows, V, Vp, threads: threadsForRow(Vp) },
      tensors,
      rows,
    );
  }
}

/** One workgroup for each row, four values at a time where rows can be cut into fours. */
export function crossentropySoftmaxFused(
  gpu: Gpu,
  logits: GpuTensor, // (B, T, Vp), overwritten with dlogits
  losses: GpuTensor, // (B, T), written, in nats
  dlosses: GpuTensor, // (B, T)
  targets: GpuIds, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  const entryPoint = Vp % 4 === 0 ? "fusedFours" : "fused";
  for (const { rows, tensors } of gpu.cut([logits, losses, dlosses, targets], B * T)) {
    gpu.run({ code, entryPoint }, { rows, V, Vp, threads: threadsForRow(Vp) }, tensors, rows);
  }
}

/** One workgroup. */
export function crossentropyMean(
  gpu: Gpu,
  mean: GpuTensor, // (1), written, in nats
  losses: GpuTensor, // (N)
  N: number,
): void {
  gpu.run({ code, entryPoint: "mean" }, { N, threads: threadsForRow(N) }, [mean, losses], 1);
}
