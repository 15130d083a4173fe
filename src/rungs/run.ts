// Times every rung of a kernel on the reader's GPU, and compares what it computes with the same kernel in TypeScript.

import { costOf } from "@llm.ts/kernels/cost.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import type { KernelName } from "@llm.ts/kernels/layers.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import type { GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import type { Gpu } from "@llm.ts/kernels/runtime/gpu.ts";
import { createWebGpu, formsOn } from "@llm.ts/kernels/webgpu.ts";
import { measurePeak, type Patience, timeKernel } from "../benchmark/measure.ts";
import { type Peak, roofline } from "../benchmark/peak.ts";
import { describe, inSoftware, requestDevice } from "../gpu/device.ts";
import { numbers, take } from "./numbers.ts";
import type { Command, Ladder, Measured, Report, Rung } from "./protocol.ts";

const patience: Patience = { enough: 0.1, rounds: 3 };
const C = 768; // GPT-2's width
const mostChecked = 8; // rows that are computed in TypeScript too: the first, the last, and some between
const tolerance = 1e-4; // of numbers of size 1 to 5: sums over 768 numbers in float32, and no mistake is as small

/** A kernel with its tensors on a GPU. */
interface Prepared {
  readonly kernel: KernelName;
  readonly args: readonly unknown[]; // what its cost is computed from
  readonly call: () => void;
  readonly out: GpuTensor;
  readonly columns: number; // of out
  /** The given rows of out, in TypeScript. */
  readonly expected: (rows: readonly number[]) => Float32Array;
}

type Backend = ReturnType<typeof createWebGpu>;
type Prepare = (backend: Backend, rows: number, naive: string | null) => Prepared;

type GpuLadder = Exclude<Ladder, "residual">;

const ladders: Record<GpuLadder, { prepare: Prepare; text: (rows: number) => string }> = {
  matmul: {
    prepare: prepareMatmul,
    text: (rows) => `matmul, forward: ${rows} rows, ${C} inputs, ${4 * C} outputs`,
  },
  layernorm: {
    prepare: prepareLayernorm,
    text: (rows) => `LayerNorm, forward: ${rows} rows of ${C} channels`,
  },
};

export async function climb(
  { ladder, rows: wanted, naive, roofs }: Command,
  report: (report: Report) => void,
): Promise<void> {
  const { device, adapter } = await requestDevice();
  const { name: adapterName, software } = describe(adapter);
  report({ type: "fact", name: "GPU", value: adapterName });
  if (software) report({ type: "fact", name: "Note", value: inSoftware });

  let peak = roofs[0]?.peak;
  if (!peak) {
    report({ type: "doing", what: "bare loops, for the most that this GPU can do" });
    const bare = createWebGpu(device);
    peak = await measurePeak(bare.gpu, patience);
    bare.destroy();
  }
  report({ type: "roofs", roofs: [{ name: "this GPU", peak }] });

  const rows = wanted === "auto" ? rowsFor(peak) : wanted;
  const { prepare, text } = ladders[ladder as GpuLadder];
  const checked = `${Math.min(rows, mostChecked)} rows, against the same kernel in TypeScript`;
  report({ type: "fact", name: "Timed", value: text(rows) });
  report({ type: "fact", name: "Checked", value: checked });
  const rungs: Rung[] = [];
  const names = [...(naive === null ? [] : ["naive"]), ...formsOn(device)[ladder as GpuLadder]];
  for (const name of names) {
    report({ type: "doing", what: name });
    const own = naive !== null && name === "naive" ? naive : null;
    const backend = createWebGpu(device, { choices: own === null ? { [ladder]: name } : {} });
    try {
      const measured = await measure(backend.gpu, prepare(backend, rows, own), rows, peak);
      rungs.push({ name, measured, why: "" });
    } catch (error) {
      const why = `It did not run: ${(error as Error).message}`;
      rungs.push({ name, measured: null, why });
    } finally {
      backend.destroy();
    }
    report({ type: "rungs", rungs: [...rungs] });
  }
  device.destroy();
  report({ type: "finished" });
}

/** So many that the work is worth timing, and takes no more than moments. */
function rowsFor({ flopsPerSecond }: Peak): number {
  if (flopsPerSecond > 1e12) return 4096;
  return flopsPerSecond > 1e11 ? 1024 : 64;
}

async function measure(
  gpu: Gpu,
  { kernel, args, call, out, columns, expected }: Prepared,
  rows: number,
  peak: Peak,
): Promise<Measured> {
  const seconds = await timeKernel(gpu, gpu.alloc(1), call, patience);
  const cost = costOf(kernel, args);
  const least = roofline(cost, peak);

  const count = Math.min(rows, mostChecked);
  const chosen = Array.from({ length: count }, (_, k) =>
    Math.floor((k * (rows - 1)) / Math.max(count - 1, 1)),
  );
  const wanted = expected(chosen);
  const got = await gpu.read(out);
  let difference = 0;
  for (const [k, row] of chosen.entries()) {
    for (let i = 0; i < columns; i++) {
      const distance = Math.abs(got[row * columns + i] - wanted[k * columns + i]);
      difference = Math.max(difference, Number.isFinite(distance) ? distance : Infinity);
    }
  }
  const right = difference <= tolerance;
  return {
    seconds,
    ...cost,
    bound: least.bound,
    share: least.seconds / seconds,
    of: "this GPU",
    difference,
    right,
  };
}

function prepareMatmul(backend: Backend, rows: number): Prepared {
  const OC = 4 * C;
  const values = {
    inp: numbers(rows * C, 1, 1),
    weight: numbers(OC * C, 2, 2 / Math.sqrt(C)),
    bias: numbers(OC, 3, 1),
  };
  const [out, inp, weight, bias] = backend.alloc([rows * OC, rows * C, OC * C, OC]);
  backend.write(inp, values.inp);
  backend.write(weight, values.weight);
  backend.write(bias, values.bias);
  return {
    kernel: "matmulForward",
    args: [out, inp, weight, bias, 1, rows, C, OC],
    call: () => backend.matmulForward(out, inp, weight, bias, 1, rows, C, OC),
    out,
    columns: OC,
    expected(chosen) {
      const wanted = new Float32Array(chosen.length * OC);
      const some = take(values.inp, C, chosen);
      matmulForward(wanted, some, values.weight, values.bias, 1, chosen.length, C, OC);
      return wanted;
    },
  };
}

function prepareLayernorm(backend: Backend, rows: number, naive: string | null): Prepared {
  const values = { inp: numbers(rows * C, 1, 3), weight: numbers(C, 2, 1), bias: numbers(C, 3, 1) };
  const tensors = backend.alloc([rows * C, rows, rows, rows * C, C, C]);
  const [out, mean, rstd, inp, weight, bias] = tensors;
  backend.write(inp, values.inp);
  backend.write(weight, values.weight);
  backend.write(bias, values.bias);
  const args = [out, mean, rstd, inp, weight, bias, 1, rows, C] as const;
  return {
    kernel: "layernormForward",
    args,
    call:
      naive === null
        ? () => backend.layernormForward(...args)
        : () => {
            const shader = { code: naive, entryPoint: "forward" };
            backend.gpu.run(shader, { rows, C }, tensors, [Math.ceil(rows / 64), 1]);
          },
    out,
    columns: C,
    expected(chosen) {
      const count = chosen.length;
      const wanted = new Float32Array(count * C);
      const [m, r] = [new Float32Array(count), new Float32Array(count)];
      const some = take(values.inp, C, chosen);
      layernormForward(wanted, m, r, some, values.weight, values.bias, 1, count, C);
      return wanted;
    },
  };
}
