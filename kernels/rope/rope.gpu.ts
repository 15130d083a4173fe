// What rope.wgsl is bound to, and how many workgroups run it.

import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./rope.wgsl?raw";

export function ropeForward(
  gpu: Gpu,
  qkv: GpuTensor, // (B, T, (NH + 2 NKV) hs), updated
  cis: GpuTensor, // (T, 2, hs/2)
  apart: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  turn(gpu, qkv, cis, 0, apart, B * T, T, NH, NKV, hs);
}

export function ropeBackward(
  gpu: Gpu,
  dqkv: GpuTensor, // (B, T, (NH + 2 NKV) hs), updated
  cis: GpuTensor, // (T, 2, hs/2)
  apart: number,
  B: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  turn(gpu, dqkv, cis, 1, apart, B * T, T, NH, NKV, hs);
}

/** One thread for each pair. */
function turn(
  gpu: Gpu,
  qkv: GpuTensor,
  cis: GpuTensor,
  back: 0 | 1,
  apart: number,
  rows: number,
  T: number,
  NH: number,
  NKV: number,
  hs: number,
): void {
  const turned = NH + NKV;
  gpu.run(
    { code, entryPoint: "turn" },
    { rows, T, turned, heads: turned + NKV, hs, apart, back },
    [qkv, cis],
    Math.ceil((rows * turned * hs) / 2 / 256),
  );
}
