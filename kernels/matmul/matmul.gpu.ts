// What matmul.wgsl is bound to, and how many workgroups run it.

import { type Forms, formOf, type Trial } from "../runtime/forms.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import code from "./matmul.wgsl?raw";

/** Entry points of the shader, and the values of out that one workgroup computes. */
const tiles = {
  naive: { rows: 8, columns: 8 },
  registers: { rows: 32, columns: 32 },
  shared64: { rows: 64, columns: 64 },
  shared256: { rows: 64, columns: 64 },
} as const;

const names = Object.keys(tiles);

export const forms: Forms = {
  kernel: "matmul",
  names,
  plain: "naive",
  unmeasured: (software) => (software ? "registers" : "shared64"),
  on: () => names,
  trials({ B, T, C }) {
    const rows = Math.min(B * T, 256);
    return [trial(64, 128, 256), trial(rows, C, C), trial(rows, C, 4 * C)];
  },
};

/** The three products of a layer with `rows` rows. */
function trial(rows: number, C: number, OC: number): Trial {
  return {
    shape: `${rows} x ${C} x ${OC}`,
    flops: 3 * 2 * rows * C * OC,
    prepare(gpu) {
      const [out, inp, weight, bias] = [rows * OC, rows * C, OC * C, OC].map(gpu.alloc);
      const [dinp, dweight, dbias] = [rows * C, OC * C, OC].map(gpu.alloc);
      return () => {
        matmulForward(gpu, out, inp, weight, bias, 1, rows, C, OC);
        matmulBackward(gpu, dinp, dweight, dbias, out, inp, weight, 1, rows, C, OC);
      };
    },
  };
}

/** A matrix as it is stored in memory. */
interface Matrix {
  readonly tensor: GpuTensor;
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
  const { rows, columns } = tiles[form as keyof typeof tiles];
  const [unused] = gpu.scratch([4]); // something must be bound where there is no bias
  const fused: Record<string, number> = next ? { bent: Number(next.added === null) } : {};
  const most = gpu.maxWorkgroups * rows;
  for (let m = 0; m < M; m += most) {
    const part = Math.min(most, M - m);
    gpu.run(
      { code, entryPoint: next ? `${form}Fused` : form },
      {
        M: part,
        N,
        K,
        ...sizes,
        offsetA: sizes.offsetA + m * (A.transposed ? 1 : sizes.strideA),
        offsetOut: sizes.offsetOut + m * sizes.strideOut,
        transposedA: Number(A.transposed ?? false),
        transposedB: Number(B.transposed ?? false),
        addBias: Number(bias !== null),
        accumulate: Number(accumulate),
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
  multiplyForward(gpu, out, inp, weight, bias, B * T, C, OC, null);
}

/** Whether `matmulThen` takes these sizes, in the form that is chosen. */
export function fuses(gpu: Gpu, C: number, OC: number): boolean {
  return formOf(gpu, forms) !== "naive" && C % 4 === 0 && OC % 4 === 0;
}

/** matmulForward, and what follows it. */
export function matmulThen(gpu: Gpu, next: Next, ...call: MatmulForward): void {
  const [out, inp, weight, bias, B, T, C, OC] = call;
  multiplyForward(gpu, out, inp, weight, bias, B * T, C, OC, next);
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

function multiplyForward(
  gpu: Gpu,
  out: GpuTensor,
  inp: GpuTensor,
  weight: GpuTensor,
  bias: GpuTensor | null,
  rows: number,
  C: number,
  OC: number,
  next: Next | null,
): void {
  for (const part of gpu.pieces(weight, C)) {
    multiply(
      gpu,
      [rows, part.rows, C],
      { tensor: out, stride: OC, offset: part.row },
      { tensor: inp, stride: C },
      { tensor: part.tensor, stride: C, transposed: true },
      { bias: bias && gpu.view(bias, part.row, part.rows), next },
    );
  }
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
  addToInp(gpu, dinp, dout, weight, B * T, C, OC);
  addToWeight(gpu, dweight, dout, inp, B * T, C, OC);
  if (dbias !== null) addColumns(gpu, dbias, dout, B * T, OC);
}

/** dinp += dout weight: the first of the two products of the backward pass. */
export function addToInp(
  gpu: Gpu,
  dinp: GpuTensor,
  dout: GpuTensor,
  weight: GpuTensor,
  rows: number,
  C: number,
  OC: number,
): void {
  for (const part of gpu.pieces(weight, C)) {
    multiply(
      gpu,
      [rows, C, part.rows],
      { tensor: dinp, stride: C },
      { tensor: dout, stride: OC, offset: part.row },
      { tensor: part.tensor, stride: C },
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
function addColumns(
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
