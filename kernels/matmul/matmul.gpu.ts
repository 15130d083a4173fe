// What matmul.wgsl is bound to, and how many workgroups run it.

import { type Forms, formOf, type Trial } from "../runtime/forms.ts";
import { matrixUnits } from "../runtime/gpu/adapter.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import f16Code from "./matmul.f16.wgsl?raw";
import matrixCode from "./matmul.matrices.wgsl?raw";
import code from "./matmul.wgsl?raw";

/** Entry points of the shader, and the values of out that one workgroup computes. */
const tiles = {
  naive: { rows: 8, columns: 8 },
  registers: { rows: 32, columns: 32 },
  shared64: { rows: 64, columns: 64 },
  shared256: { rows: 64, columns: 64 },
} as const;

type Rung = keyof typeof tiles;

/**
 * Entry points of matmul.f16.wgsl and matmul.matrices.wgsl, for a weight in float16 on a GPU that reads such numbers itself; what
 * one of their workgroups computes; and the rung of each, as which products are done that read no such weight.
 */
const f16Forms: Readonly<Record<string, { rung: Rung; rows: number; columns: number }>> = {
  shared64F16: { rung: "shared64", ...tiles.shared64 },
  shared256F16: { rung: "shared256", ...tiles.shared256 },
  matrices: { rung: "shared64", rows: 32, columns: 32 },
};

const matrixCodes = new Map<number, string>();

/** The shader for matrices of a side, which is a part of their type: no override can be. */
function matrixCodeFor(side: number): string {
  const made =
    matrixCodes.get(side) ?? matrixCode.replace("const side = 8u;", `const side = ${side}u;`);
  matrixCodes.set(side, made);
  return made;
}

const names = [...Object.keys(tiles), ...Object.keys(f16Forms)];

export const forms: Forms = {
  kernel: "matmul",
  names,
  plain: "naive",
  unmeasured: (software) => (software ? "registers" : "shared64"),
  on(device, weights = "float16") {
    const f16 = weights === "float16" && device.features.has("shader-f16");
    const matrices = f16 && matrixUnits(device) !== null;
    return names.filter((form) => (form === "matrices" ? matrices : f16 || !(form in f16Forms)));
  },
  trials({ B, T, C, F, weights }) {
    const rows = Math.min(B * T, 256);
    return [trial(64, 128, 256, weights), trial(rows, C, C, weights), trial(rows, C, F, weights)];
  },
};

/** The three products of a layer with `rows` rows, of which two read the weight. */
function trial(rows: number, C: number, OC: number, format: Weight["format"] = "float32"): Trial {
  return {
    shape: `${rows} x ${C} x ${OC}`,
    flops: 3 * 2 * rows * C * OC,
    prepare(gpu) {
      const [out, inp, bias] = [rows * OC, rows * C, OC].map(gpu.alloc);
      const [dinp, dweight, dbias] = [rows * C, OC * C, OC].map(gpu.alloc);
      const weight = { tensor: gpu.alloc(wordsFor(OC * C, format)), format };
      return () => {
        multiplyForward(gpu, out, inp, weight, bias, rows, C, OC, null);
        addToInp(gpu, dinp, out, weight, rows, C, OC);
        addToWeight(gpu, dweight, out, inp, rows, C, OC);
        addColumns(gpu, dbias, out, rows, OC);
      };
    },
  };
}

/** How numbers are stored, and what the shader calls that. */
const packings = { float32: 0, bfloat16: 1, float16: 2 } as const;

/** A weight: as it is, or in 16 bits. */
export interface Weight {
  readonly tensor: GpuTensor; // (OC, C), or two numbers in a word
  readonly format: keyof typeof packings;
}

/** The length of a tensor of so many numbers. */
export const wordsFor = (length: number, format: Weight["format"]): number =>
  format === "float32" ? length : Math.ceil(length / 2);

/** Some of its rows. */
interface WeightPiece {
  readonly weight: Weight;
  readonly row: number; // the first
  readonly rows: number;
}

/** A matrix as it is stored in memory. */
interface Matrix {
  readonly tensor: GpuTensor;
  readonly format?: Weight["format"]; // of B alone; without it float32
  readonly stride: number; // values from one row to the next
  readonly offset?: number; // values before the first
  readonly transposed?: boolean;
}

/** What follows the matmul in a forward pass, done by the same shader. */
export interface Next {
  readonly out: GpuTensor; // (B, T, OC), written
  readonly added: GpuTensor | null; // (B, T, OC): out is its sum with the matmul's out; null for GELU of the matmul's out
}

interface Rest {
  readonly bias?: GpuTensor | null;
  readonly accumulate?: boolean;
  readonly next?: Next | null;
}

/** out = A B, or out += A B: (M, K) times (K, N). More rows than there can be workgroups for are taken in parts. */
function multiply(
  gpu: Gpu,
  [M, N, K]: readonly [number, number, number],
  out: Matrix,
  A: Matrix,
  B: Matrix,
  { bias = null, accumulate = false, next = null }: Rest,
): void {
  const sizes = {
    strideA: A.stride,
    strideB: B.stride,
    strideOut: out.stride,
    offsetA: A.offset ?? 0,
    offsetOut: out.offset ?? 0,
  };
  const fours = [N, K, ...Object.values(sizes)].every((size) => size % 4 === 0);
  const form = fours ? formOf(gpu, forms) : "naive"; // the others load four values at a time
  const rung = f16Forms[form]?.rung ?? (form as Rung);
  const f16 = form !== rung && B.format === "float16";
  const units = f16 && form === "matrices" ? matrixUnits(gpu.device) : null;
  const { rows, columns } = f16 ? f16Forms[form] : tiles[rung];
  const packing = f16 ? 0 : packings[B.format ?? "float32"];
  const [unused] = gpu.scratch([4]); // something must be bound where there is no bias
  const plain = rung === "naive" && packing !== 0 ? "naivePacked" : rung;
  const entryPoint = f16 ? form : plain;
  const fused: Record<string, number> = next ? { bent: Number(next.added === null) } : {};
  const most = gpu.maxWorkgroups * rows;
  for (let m = 0; m < M; m += most) {
    const part = Math.min(most, M - m);
    gpu.run(
      {
        code: units ? matrixCodeFor(units.side) : f16 ? f16Code : code,
        entryPoint: next ? `${entryPoint}Fused` : entryPoint,
      },
      {
        M: part,
        N,
        K,
        ...sizes,
        offsetA: sizes.offsetA + m * (A.transposed ? 1 : sizes.strideA),
        offsetOut: sizes.offsetOut + m * sizes.strideOut,
        // A weight in float16 is multiplied by what is stored as it is.
        ...(units ? { lanes: units.lanes } : { transposedA: Number(A.transposed ?? false) }),
        transposedB: Number(B.transposed ?? false),
        addBias: Number(bias !== null),
        accumulate: Number(accumulate),
        ...(packing !== 0 && { packing }),
        ...fused,
      },
      [
        out.tensor,
        A.tensor,
        B.tensor,
        bias ?? unused,
        ...(next ? [next.out, next.added ?? unused] : []),
      ],
      [Math.ceil(N / columns), Math.ceil(part / rows)],
    );
  }
}

/** out = inp weight^T + bias. A weight too large to be bound is taken a part of its rows, columns of out, at a time. */
export function matmulForward(
  gpu: Gpu,
  out: GpuTensor, // (B, T, OC), written
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (OC, C)
  bias: GpuTensor | null, // (OC), or null for none
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  multiplyForward(gpu, out, inp, { tensor: weight, format: "float32" }, bias, B * T, C, OC, null);
}

/** Whether `matmulThen` takes these sizes, in the form that is chosen. */
export function fuses(gpu: Gpu, C: number, OC: number): boolean {
  return formOf(gpu, forms) !== "naive" && C % 4 === 0 && OC % 4 === 0;
}

/** matmulForward, and what follows it. @param format of the weight */
export function matmulThen(
  gpu: Gpu,
  next: Next,
  format: Weight["format"],
  ...call: MatmulForward
): void {
  const [out, inp, weight, bias, B, T, C, OC] = call;
  multiplyForward(gpu, out, inp, { tensor: weight, format }, bias, B * T, C, OC, next);
}

/** The arguments of matmulForward. */
export type MatmulForward = [
  out: GpuTensor,
  inp: GpuTensor,
  weight: GpuTensor,
  bias: GpuTensor | null,
  B: number,
  T: number,
  C: number,
  OC: number,
];

export function multiplyForward(
  gpu: Gpu,
  out: GpuTensor,
  inp: GpuTensor,
  whole: Weight,
  bias: GpuTensor | null,
  rows: number,
  C: number,
  OC: number,
  next: Next | null,
): void {
  for (const part of weightPieces(gpu, whole, C, OC)) {
    multiply(
      gpu,
      [rows, part.rows, C],
      { tensor: out, stride: OC, offset: part.row },
      { tensor: inp, stride: C },
      { ...part.weight, stride: C, transposed: true },
      { bias: bias && gpu.view(bias, part.row, part.rows), next },
    );
  }
}

/** Cuts a weight where it is too large to be bound: between any two rows, or between pairs of them, which are whole words. */
function weightPieces(gpu: Gpu, { tensor, format }: Weight, C: number, OC: number): WeightPiece[] {
  const pair = format === "float32" ? 1 : 2;
  return gpu.pieces(tensor, C).map((piece) => {
    const row = pair * piece.row;
    const rows = Math.min(pair * piece.rows, OC - row); // the last row may be without a second
    return { weight: { tensor: piece.tensor, format }, row, rows };
  });
}

/** dinp += dout weight, dweight += dout^T inp, dbias += the sums of dout's columns. */
export function matmulBackward(
  gpu: Gpu,
  dinp: GpuTensor, // (B, T, C), added to
  dweight: GpuTensor, // (OC, C), added to
  dbias: GpuTensor | null, // (OC), added to, or null where there is no bias
  dout: GpuTensor, // (B, T, OC)
  inp: GpuTensor, // (B, T, C)
  weight: GpuTensor, // (OC, C)
  B: number,
  T: number,
  C: number,
  OC: number,
): void {
  addToInp(gpu, dinp, dout, { tensor: weight, format: "float32" }, B * T, C, OC);
  addToWeight(gpu, dweight, dout, inp, B * T, C, OC);
  if (dbias !== null) addColumns(gpu, dbias, dout, B * T, OC);
}

/** dinp += dout weight: the first of the two products of the backward pass. */
export function addToInp(
  gpu: Gpu,
  dinp: GpuTensor,
  dout: GpuTensor,
  whole: Weight,
  rows: number,
  C: number,
  OC: number,
): void {
  for (const part of weightPieces(gpu, whole, C, OC)) {
    multiply(
      gpu,
      [rows, C, part.rows],
      { tensor: dinp, stride: C },
      { tensor: dout, stride: OC, offset: part.row },
      { ...part.weight, stride: C },
      { accumulate: true },
    );
  }
}

/** dweight += dout^T inp: the second. */
export function addToWeight(
  gpu: Gpu,
  dweight: GpuTensor,
  dout: GpuTensor,
  inp: GpuTensor,
  rows: number,
  C: number,
  OC: number,
): void {
  for (const part of gpu.pieces(dweight, C)) {
    multiply(
      gpu,
      [part.rows, C, rows],
      { tensor: part.tensor, stride: C },
      { tensor: dout, stride: OC, offset: part.row, transposed: true },
      { tensor: inp, stride: C },
      { accumulate: true },
    );
  }
}

/** Adds the sum of each column of values (rows, columns) to sums (columns), in two stages and so in a fixed order. */
export function addColumns(
  gpu: Gpu,
  sums: GpuTensor,
  values: GpuTensor,
  rows: number,
  columns: number,
): void {
  const chunk = Math.ceil(Math.sqrt(rows));
  const parts = Math.ceil(rows / chunk);
  const [partSums] = gpu.scratch([parts * columns]);
  const shader = { code, entryPoint: "sumColumns" };
  const groups = Math.ceil(columns / 64);
  gpu.run(shader, { rows, columns, chunk }, [partSums, values], [groups, parts]);
  gpu.run(
    shader,
    { rows: parts, columns, chunk: parts, accumulate: 1 },
    [sums, partSums],
    [groups, 1],
  );
}
