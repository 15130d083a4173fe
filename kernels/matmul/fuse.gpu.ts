// A matmul in a forward pass is followed by GELU or by the residual stream's sum, which read all of its result and do next
// to nothing with it. Here both become one dispatch, without the caller's knowing: who calls kernels one after the other, as
// gpt2/forward.ts does, gets the same results from fewer passes over memory.

import type { Gpu, GpuTensor, Place } from "../runtime/gpu.ts";
import { fuses, type MatmulForward, matmulForward, matmulThen, type Next } from "./matmul.gpu.ts";

/** The forms: each kernel by itself, or what follows a matmul in the matmul's shader. */
export const rungs = ["apart", "fused"] as const;

/** Gives matmulForward, geluForward and residualForward that are fused where they follow on one another. */
export function fusing(
  gpu: Gpu,
  kernels: {
    geluForward(gpu: Gpu, out: GpuTensor, inp: GpuTensor, N: number): void;
    residualForward(gpu: Gpu, out: GpuTensor, a: GpuTensor, b: GpuTensor, N: number): void;
  },
) {
  /** The last matmul, and where the list stood before and after it. */
  let last: { call: MatmulForward; before: Place; after: Place } | null = null;

  /** Puts what comes next into the last matmul, if it was called just now and `inp` is its result. */
  function fused(inp: GpuTensor, next: Next): boolean {
    if (last === null || gpu.choices.epilogue !== "fused") return false;
    const { call, before, after } = last;
    const [out, , , , , , C, OC] = call;
    const now = gpu.place;
    const justNow = now.list === after.list && now.length === after.length;
    const read = [next.added, ...call].filter((each) => isTensor(each));
    // A buffer that is written must not be bound a second time.
    const apart = read.every(({ buffer }) => buffer !== next.out.buffer);
    if (!justNow || !same(out, inp) || !apart || !fuses(gpu, C, OC)) return false;
    if (next.added?.buffer === out.buffer) return false;
    gpu.takeBack(before);
    matmulThen(gpu, next, ...call);
    last = null;
    return true;
  }

  return {
    matmulForward(...call: MatmulForward): void {
      const before = gpu.place;
      matmulForward(gpu, ...call);
      last = { call, before, after: gpu.place };
    },
    geluForward(out: GpuTensor, inp: GpuTensor, N: number): void {
      const valid = out.length === N && inp.length === N; // else the kernel says what is wrong
      if (!(valid && fused(inp, { out, added: null }))) kernels.geluForward(gpu, out, inp, N);
    },
    residualForward(out: GpuTensor, inp1: GpuTensor, inp2: GpuTensor, N: number): void {
      const valid = [out, inp1, inp2].every(({ length }) => length === N);
      if (!(valid && fused(inp2, { out, added: inp1 }))) {
        kernels.residualForward(gpu, out, inp1, inp2, N);
      }
    },
  };
}

const isTensor = (argument: unknown): argument is GpuTensor =>
  typeof argument === "object" && argument !== null;

const same = (a: GpuTensor, b: GpuTensor) =>
  a.buffer === b.buffer && a.start === b.start && a.length === b.length;
