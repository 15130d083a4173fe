// Matmul with a weight in 16 bits: matmul.wgsl reads it as it is packed, in whichever form was chosen.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import type { HalfFormat } from "../runtime/half.ts";
import { addColumns, addToInp, addToWeight, multiplyForward } from "./matmul.gpu.ts";

type Forward = [
  out: GpuTensor, // (B, T, OC), written
  inp: GpuTensor, // (B, T, C)
  packed: GpuTensor, // (OC, C), two numbers in a word
  bias: GpuTensor | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
];

type Backward = [
  dinp: GpuTensor, // (B, T, C), added to
  dweight: GpuTensor, // (OC, C), added to, float32
  dbias: GpuTensor | null, // (OC), added to, or null where there is no bias
  dout: GpuTensor, // (B, T, OC)
  inp: GpuTensor, // (B, T, C)
  packed: GpuTensor, // (OC, C), two numbers in a word
  B: number,
  T: number,
  C: number,
  OC: number,
];

const forward =
  (format: HalfFormat) =>
  (gpu: Gpu, ...[out, inp, packed, bias, B, T, C, OC]: Forward): void => {
    multiplyForward(gpu, out, inp, { tensor: packed, format }, bias, B * T, C, OC, null);
  };

const backward =
  (format: HalfFormat) =>
  (gpu: Gpu, ...[dinp, dweight, dbias, dout, inp, packed, B, T, C, OC]: Backward): void => {
    addToInp(gpu, dinp, dout, { tensor: packed, format }, B * T, C, OC);
    addToWeight(gpu, dweight, dout, inp, B * T, C, OC); // which reads no weight
    if (dbias !== null) addColumns(gpu, dbias, dout, B * T, OC);
  };

export const matmulBfloat16Forward = forward("bfloat16");
export const matmulBfloat16Backward = backward("bfloat16");
export const matmulFloat16Forward = forward("float16");
export const matmulFloat16Backward = backward("float16");
