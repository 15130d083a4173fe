// What embedding.wgsl is bound to, and how many workgroups run it.

import { sortPlaces } from "../runtime/gpu/places.ts";
import type { GpuIds, GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./embedding.wgsl?raw";

/** One thread for each value. */
export function embeddingForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  inp: GpuIds, // (B, T), token ids from 0 to V - 1
  wte: GpuTensor, // (V, C)
  scale: number,
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  for (const { tensor, row: firstToken, rows: tokens } of gpu.pieces(wte, C)) {
    gpu.run(
      { code, entryPoint: "forward" },
      { rows, C, firstToken, tokens },
      [out, inp, tensor],
      Math.ceil((rows * C) / 64),
      [scale],
    );
  }
}

/** By tokens, from the places where each occurs. */
export function embeddingBackward(
  gpu: Gpu,
  dwte: GpuTensor, // (V, C), added to
  dout: GpuTensor, // (B, T, C)
  inp: GpuIds, // (B, T), token ids from 0 to V - 1
  scale: number,
  B: number,
  T: number,
  C: number,
): void {
  const rows = B * T;
  const [places] = gpu.scratch([rows]);
  gpu.write(places, sortPlaces(inp.values));
  for (const { tensor, row: firstToken, rows: tokens } of gpu.pieces(dwte, C)) {
    gpu.run(
      { code, entryPoint: "backward" },
      { rows, C, firstToken, tokens },
      [tensor, dout, inp, places],
      rows,
      [scale],
    );
  }
}
