// The benchmark of the reader's own GPU: what it can do at most, then how near to that the kernels come.

import { costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import { chooseKernels, createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { describe, requestDevice } from "../gpu/device.ts";
import { batches, type Case, casesOf } from "./cases.ts";
import { measurePeak, type Patience, timeKernel } from "./measure.ts";
import { type Peak, roofline } from "./peak.ts";
import type { Measured, Report, Size } from "./protocol.ts";

const patience: Patience = { enough: 0.1, rounds: 3 };
const budget = 120; // seconds: a case is not begun later than this

/** Measures everything, and reports as it goes. */
export async function runBenchmark(size: Size, report: (report: Report) => void): Promise<void> {
  const started = performance.now();
  const { device, adapter } = await requestDevice();
  report({ type: "adapter", ...describe(adapter) });

  report({ type: "doing", what: "bare loops, for the peak", done: 0 });
  const bare = createWebGpu(device);
  const peak = await measurePeak(bare.gpu, patience);
  bare.destroy();
  report({ type: "peak", peak });

  const batch = batches[size === "auto" ? sizeFor(peak) : size];
  report({ type: "doing", what: "which forms of the kernels are fastest", done: 0.1 });
  const { forms } = await chooseKernels(device, { B: batch.B, T: batch.T, C: 768, NH: 12 });
  report({ type: "forms", forms });

  const cases = casesOf(batch);
  for (const [i, { kernel, size, prepare }] of cases.entries()) {
    report({ type: "doing", what: `${kernel}, ${size}`, done: 0.2 + (0.8 * i) / cases.length });
    if ((performance.now() - started) / 1000 > budget) {
      const why = `not measured: after ${budget} seconds nothing more is begun`;
      report({ type: "row", row: { kernel, size, measured: null, why } });
      continue;
    }
    try {
      const measured = await measure(device, forms, prepare, peak);
      report({ type: "row", row: { kernel, size, measured, why: "" } });
    } catch (error) {
      const why = `not measured: ${(error as Error).message}`;
      report({ type: "row", row: { kernel, size, measured: null, why } });
    }
  }
  device.destroy();
  report({ type: "finished" });
}

/** The largest of which a matmul takes no more than about a tenth of a second. */
function sizeFor({ flopsPerSecond }: Peak): keyof typeof batches {
  if (flopsPerSecond > 1e12) return 4096;
  return flopsPerSecond > 5e10 ? 1024 : 256;
}

/** Times a case on a tier of its own, whose memory is given back before the next. */
async function measure(
  device: GPUDevice,
  choices: Readonly<Record<string, string>>,
  prepare: Case["prepare"],
  peak: Peak,
): Promise<Measured> {
  const backend = createWebGpu(device, { choices });
  try {
    let [flops, bytes] = [0, 0];
    const watched = watchKernels(backend, (kernel, args) => {
      const cost = costOf(kernel, args);
      flops += cost.flops;
      bytes += cost.bytes;
    });
    const call = prepare(watched);
    [flops, bytes] = [0, 0];
    call(); // what it costs is known from the first
    const cost = { flops, bytes };
    const end = backend.gpu.alloc(1);
    const seconds = await timeKernel(backend.gpu, end, call, patience);
    const least = roofline(cost, peak);
    return { seconds, ...cost, bound: least.bound, share: least.seconds / seconds };
  } finally {
    backend.destroy();
  }
}
