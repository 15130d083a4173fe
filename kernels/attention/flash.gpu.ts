// What flash.wgsl and flash.tiles.wgsl are bound to, and how many workgroups run them.

import { checkArguments } from "../runtime/check.ts";
import type { Gpu, GpuTensor } from "../runtime/gpu.ts";
import { checkHeads } from "./attention.ts";
import tilesCode from "./flash.tiles.wgsl?raw";
import { signatures } from "./flash.ts";
import rowsCode from "./flash.wgsl?raw";

/** The rungs: a workgroup for each row, or for each 32 rows, with and without copies in the workgroup's memory. */
export const rungs = ["rows", "tiles", "stagedTiles"] as const;

export type Rung = (typeof rungs)[number];

const tile = 32; // rows, as in the shader
const widest = 64; // channels of a head for which there are tiles

/** Runs an entry point that both forms have. */
function run(
  gpu: Gpu,
  entryPoint: string,
  tensors: readonly GpuTensor[],
  [B, T, C, NH]: readonly [number, number, number, number],
): void {
  const hs = C / NH;
  const tiled = hs % 4 === 0 && hs <= widest && gpu.choices.attention !== "rows";
  if (!tiled) {
    const rows = B * NH * T;
    gpu.run({ code: rowsCode, entryPoint }, { T, C, NH, rows }, tensors, rows);
    return;
  }
  const heads = B * NH;
  const staged = Number(gpu.choices.attention === "stagedTiles");
  const sizes = Uint32Array.of(T, NH, heads); // in the order of the shader's struct
  const workgroups = heads * Math.ceil(T / tile);
  gpu.run({ code: tilesCode, entryPoint }, { hs, staged }, tensors, workgroups, sizes);
}

/** One workgroup for each query, or for each 32. */
export function attentionFlashForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, C), written
  lse: GpuTensor, // (B, NH, T), written
  inp: GpuTensor, // (B, T, 3C)
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(signatures, "attentionFlashForward", { out, lse, inp }, { B, T, C, NH });
  checkHeads("attentionFlashForward", C, NH);
  run(gpu, "forward", [out, lse, inp], [B, T, C, NH]);
}

/** First one number for each query, then by queries, then by keys and values. */
export function attentionFlashBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, 3C), added to
  dout: GpuTensor, // (B, T, C)
  out: GpuTensor, // (B, T, C)
  inp: GpuTensor, // (B, T, 3C)
  lse: GpuTensor, // (B, NH, T)
  B: number,
  T: number,
  C: number,
  NH: number,
): void {
  checkArguments(
    signatures,
    "attentionFlashBackward",
    { dinp, dout, out, inp, lse },
    { B, T, C, NH },
  );
  checkHeads("attentionFlashBackward", C, NH);
  const rows = B * NH * T;
  const [means] = gpu.scratch([rows]);
  gpu.run(
    { code: rowsCode, entryPoint: "dattMeans" },
    { T, C, NH, rows },
    [means, dout, out],
    Math.ceil(rows / 64),
  );
  for (const entryPoint of ["backwardQuery", "backwardKeyValue"]) {
    run(gpu, entryPoint, [dinp, dout, inp, lse, means], [B, T, C, NH]);
  }
}
