// What encoder.wgsl is bound to, and how many workgroups run it.

import { sortPlaces } from "../runtime/gpu/places.ts";
import type { GpuIds, GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./encoder.wgsl?raw";

const threads = 64; // in a workgroup, as in the shader

/** One thread for each value. */
export function encoderForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  inp: GpuIds, // (B, T), token ids from 0 to V - 1
  wte: GpuTensor, // (V, C)
  wpe: GpuTensor, // (maxT, C); the first T are used
  B: number,
  T: number,
  C: number,
): void {
  for (const { tensor, row: firstToken, rows: tokens } of gpu.pieces(wte, C)) {
    gpu.run(
      { code, entryPoint: "forward" },
      { B, T, C, firstToken, tokens },
      [out, inp, tensor, wpe],
      Math.ceil((B * T * C) / threads),
    );
  }
}

/** dwte by tokens, from the places where each occurs; dwpe by positions. */
export function encoderBackward(
  gpu: Gpu,
  dwte: GpuTensor, // (V, C), added to
  dwpe: GpuTensor, // (maxT, C), added to; rows from T on are left as they are
  dout: GpuTensor, // (B, T, C)
  inp: GpuIds, // (B, T), token ids from 0 to V - 1
  B: number,
  T: number,
  C: number,
): void {
  const [places] = gpu.scratch([B * T]);
  gpu.write(places, sortPlaces(inp.values));
  for (const { tensor, row: firstToken, rows: tokens } of gpu.pieces(dwte, C)) {
    gpu.run(
      { code, entryPoint: "backwardTokens" },
      { B, T, C, firstToken, tokens },
      [tensor, dout, inp, places],
      B * T,
    );
  }
  gpu.run(
    { code, entryPoint: "backwardPositions" },
    { B, T, C },
    [dwpe, dout],
    Math.ceil((T * C) / threads),
  );
}
