// What flash.wgsl and flash.tiles.wgsl are bound to, and how many workgroups run them.

import { type Forms, formOf, type Trial } from "../runtime/forms.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import tilesCode from "./flash.tiles.wgsl?raw";
import rowsCode from "./flash.wgsl?raw";

/** A workgroup for each row, or for each 32 rows, with and without copies in the workgroup's memory. */
const names = ["rows", "tiles", "stagedTiles"] as const;

export const forms: Forms = {
  kernel: "attention",
  names,
  plain: "rows",
  unmeasured: () => "tiles",
  on: () => names,
  trials({ B, T, NH, NKV, hs, windowSize }) {
    const of = (B: number, T: number, NH: number, NKV: number) =>
      trial({ B, T, NH, NKV, hs, windowSize: Math.min(windowSize, T) });
    return [of(1, 64, 1, 1), of(1, Math.min(T, 256), NH, NKV), of(B, T, NH, NKV)];
  },
};

/** Forward and backward: 2 and 7 products, each of the pairs of a query and a token that it sees. */
function trial(heads: Heads): Trial {
  const { B, T, NH, NKV, hs, windowSize } = heads;
  const pairs = windowSize * T - (windowSize * (windowSize - 1)) / 2;
  return {
    shape: `B=${B} T=${T} NH=${NH} NKV=${NKV} hs=${hs} windowSize=${windowSize}`,
    flops: 9 * 2 * B * NH * pairs * hs,
    prepare(gpu) {
      const [out, lse, qkv] = [B * T * NH * hs, B * NH * T, B * T * (NH + 2 * NKV) * hs].map(
        gpu.alloc,
      );
      const [dout, dqkv] = [out.length, qkv.length].map(gpu.alloc);
      return () => {
        runForward(gpu, [out, lse, qkv], heads);
        runBackward(gpu, [dqkv, dout, out, qkv, lse], heads);
      };
    },
  };
}

const tile = 32; // rows, as in the shader
const widest = 64; // channels of a head for which there are tiles

/** What attention is computed of: here, and in grouped.gpu.ts. */
export interface Heads {
  readonly B: number;
  readonly T: number;
  readonly NH: number;
  readonly NKV: number;
  readonly hs: number;
  readonly windowSize: number;
}

/** Runs an entry point that both forms have, for all heads of queries, or of keys and values. */
function run(
  gpu: Gpu,
  entryPoint: "forward" | "backwardQuery" | "backwardKeyValue",
  tensors: readonly GpuTensor[],
  { B, T, NH, NKV, hs, windowSize }: Heads,
): void {
  const heads = B * (entryPoint === "backwardKeyValue" ? NKV : NH);
  const seen = Math.min(windowSize, T);
  const form = hs % 4 === 0 && hs <= widest ? formOf(gpu, forms) : "rows";
  if (form === "rows") {
    const rows = heads * T;
    const sizes = { T, NH, NKV, hs, windowSize: seen, rows };
    gpu.run({ code: rowsCode, entryPoint }, sizes, tensors, rows);
    return;
  }
  const staged = Number(form === "stagedTiles");
  const sizes = Uint32Array.of(T, NH, NKV, seen, B * NH); // in the order of the shader's struct
  const workgroups = heads * Math.ceil(T / tile);
  gpu.run({ code: tilesCode, entryPoint }, { hs, staged }, tensors, workgroups, sizes);
}

/** One workgroup for each query, or for each 32. */
export function runForward(
  gpu: Gpu,
  tensors: readonly [out: GpuTensor, lse: GpuTensor, inp: GpuTensor],
  heads: Heads,
): void {
  run(gpu, "forward", tensors, heads);
}

/** First one number for each query, then by queries, then by keys and values. */
export function runBackward(
  gpu: Gpu,
  [dinp, dout, out, inp, lse]: readonly GpuTensor[],
  heads: Heads,
): void {
  const { B, T, NH, NKV, hs } = heads;
  const rows = B * NH * T;
  const [means] = gpu.scratch([rows]);
  gpu.run(
    { code: rowsCode, entryPoint: "dattMeans" },
    { T, NH, NKV, hs, windowSize: T, rows },
    [means, dout, out],
    Math.ceil(rows / 64),
  );
  const bound = [dinp, dout, inp, lse, means];
  run(gpu, "backwardQuery", bound, heads);
  run(gpu, "backwardKeyValue", bound, heads);
}

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
  runForward(gpu, [out, lse, inp], { B, T, NH, NKV: NH, hs: C / NH, windowSize: T });
}

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
  const heads = { B, T, NH, NKV: NH, hs: C / NH, windowSize: T };
  runBackward(gpu, [dinp, dout, out, inp, lse], heads);
}
