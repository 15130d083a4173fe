// What softmax.wgsl is bound to, and how many workgroups run it: one for each of the B*T rows.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import { type Gpu, threadsForRow } from "../runtime/gpu.ts";
import code from "./softmax.wgsl?raw";

export function softmaxForward(
  gpu: Gpu,
  probs: GpuTensor, // (B, T, Vp), written; may be the same tensor as logits
  logits: GpuTensor, // (B, T, Vp)
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  const inPlace = probs.buffer === logits.buffer;
  const entryPoint = inPlace ? "forwardInPlace" : "forward";
  const tensors = inPlace ? [probs] : [probs, logits];
  for (const { rows, tensors: part } of gpu.cut(tensors, B * T)) {
    gpu.run({ code, entryPoint }, { rows, V, Vp, threads: threadsForRow(Vp) }, part, rows);
  }
}

export function softmaxBackward(
  gpu: Gpu,
  dlogits: GpuTensor, // (B, T, Vp), added to
  dprobs: GpuTensor, // (B, T, Vp)
  probs: GpuTensor, // (B, T, Vp)
  B: number,
  T: number,
  V: number,
  Vp: number,
): void {
  for (const { rows, tensors } of gpu.cut([dlogits, dprobs, probs], B * T)) {
    gpu.run(
      { code, entryPoint: "backward" },
      { rows, V, Vp, threads: threadsForRow(Vp) },
      tensors,
      rows,
    );
  }
}
