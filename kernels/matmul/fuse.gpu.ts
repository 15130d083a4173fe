// A matmul in a forward pass is followed by GELU or by the residual stream's sum, which read all of its result and do next
// to nothing with it. Here both become one dispatch, without the caller's knowing: who calls kernels one after the other, as
// gpt2/forward.ts does, gets the same results from fewer passes over memory.

import { type Forms, formOf, type Trial } from "../runtime/forms.ts";
import type { Place } from "../runtime/gpu/queue.ts";
import type { GpuTensor } from "../runtime/gpu/tensor.ts";
import type { Gpu } from "../runtime/gpu.ts";
import {
  fuses,
  type MatmulForward,
  matmulThen,
  type Next,
  type Weight,
  wordsFor,
} from "./matmul.gpu.ts";

/**
 * The kernels that the matmul's shader can do the work of as well: which of their arguments must be the matmul's result, and
 * which is added to it, or null for GELU. The first argument is the kernel's own result, the last N.
 */
const followers = {
  geluForward: { result: 1, added: null }, // out, inp, N
  residualForward: { result: 2, added: 1 }, // out, inp1, inp2, N
} as const;

type Format = Weight["format"];

/** What they are fused with, by the format of its weight. */
const matmuls = {
  float32: "matmulForward",
  bfloat16: "matmulBfloat16Forward",
  float16: "matmulFloat16Forward",
} as const;

type Matmul = (typeof matmuls)[Format];

/** The kernels that are fused. */
interface Followed extends Record<Matmul, (...call: MatmulForward) => void> {
  geluForward(out: GpuTensor, inp: GpuTensor, N: number): void;
  residualForward(out: GpuTensor, inp1: GpuTensor, inp2: GpuTensor, N: number): void;
}

type Follower = (...args: [...tensors: GpuTensor[], N: number]) => void;

const names = ["apart", "fused"] as const;

/**
 * The forms: each kernel by itself, or what follows a matmul in the matmul's shader.
 *
 * @param kernelsOn the kernels of a GPU, fused where they can be: what is timed
 */
export function createForms(kernelsOn: (gpu: Gpu) => Followed): Forms {
  return {
    kernel: "epilogue",
    names,
    plain: "apart",
    unmeasured: () => "apart",
    on: () => names,
    trials: ({ B, T, C, F, weights }) => [
      trial(kernelsOn, 64, 64, 256, weights),
      trial(kernelsOn, Math.min(B * T, 256), C, F, weights),
    ],
  };
}

/** A perceptron's forward pass: two matmuls, the one with GELU after it, the other with the residual stream's sum. */
function trial(
  kernelsOn: (gpu: Gpu) => Followed,
  rows: number,
  C: number,
  F: number,
  format: Format = "float32",
): Trial {
  return {
    shape: `${rows} x ${C} x ${F}`,
    flops: 2 * 2 * rows * C * F,
    prepare(gpu) {
      const { [matmuls[format]]: matmul, geluForward, residualForward } = kernelsOn(gpu);
      const [inp, fcproj, sum] = [rows * C, rows * C, rows * C].map(gpu.alloc);
      const [fch, fchgelu] = [rows * F, rows * F].map(gpu.alloc);
      const [fcw, fcprojw] = [F * C, F * C].map((length) => gpu.alloc(wordsFor(length, format)));
      const [fcb, fcprojb] = [F, C].map(gpu.alloc);
      return () => {
        matmul(fch, inp, fcw, fcb, 1, rows, C, F);
        geluForward(fchgelu, fch, rows * F);
        matmul(fcproj, fchgelu, fcprojw, fcprojb, 1, rows, F, C);
        residualForward(sum, inp, fcproj, rows * C);
      };
    },
  };
}

/** The same kernels, fused where one follows on a matmul that `forms` lets it be fused with. */
export function fusing<Kernels extends Followed>(
  gpu: Gpu,
  kernels: Kernels,
  forms: Forms,
): Kernels {
  /** The last matmul, and where the list stood before and after it. */
  let last: {
    format: Format;
    call: MatmulForward;
    before: Place;
    after: Place;
  } | null = null;

  /** Puts what comes next into the last matmul, if it was called just now and `inp` is its result. */
  function fused(inp: GpuTensor, next: Next): boolean {
    if (last === null || formOf(gpu, forms) !== "fused") return false;
    const { format, call, before, after } = last;
    const [out, , , , , , C, OC] = call;
    const now = gpu.place;
    const justNow = now.list === after.list && now.length === after.length;
    const read = [next.added, ...call].filter((each) => isTensor(each));
    // A buffer that is written must not be bound a second time.
    const apart = read.every(({ buffer }) => buffer !== next.out.buffer);
    if (!justNow || !same(out, inp) || !apart || !fuses(gpu, C, OC)) return false;
    if (next.added?.buffer === out.buffer) return false;
    gpu.takeBack(before);
    matmulThen(gpu, next, format, ...call);
    last = null;
    return true;
  }

  const lead =
    (format: Format) =>
    (...call: MatmulForward): void => {
      const before = gpu.place;
      kernels[matmuls[format]](...call);
      last = { format, call, before, after: gpu.place };
    };

  const follow = (name: keyof typeof followers): Follower => {
    const { result, added } = followers[name];
    return (...args) => {
      const tensors = args.slice(0, -1) as GpuTensor[];
      const valid = tensors.every(({ length }) => length === args.at(-1)); // else the kernel says what is wrong
      const next = { out: tensors[0], added: added && tensors[added] };
      if (!(valid && fused(tensors[result], next))) (kernels[name] as Follower)(...args);
    };
  };

  return {
    ...kernels,
    matmulForward: lead("float32"),
    matmulBfloat16Forward: lead("bfloat16"),
    matmulFloat16Forward: lead("float16"),
    geluForward: follow("geluForward"),
    residualForward: follow("residualForward"),
  };
}

const isTensor = (argument: unknown): argument is GpuTensor =>
  typeof argument === "object" && argument !== null;

const same = (a: GpuTensor, b: GpuTensor) =>
  a.buffer === b.buffer && a.start === b.start && a.length === b.length;
