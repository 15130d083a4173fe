// How long a GPU takes for something, and what it can do at most.

import type { GpuTensor } from "@llm.ts/kernels/runtime/gpu/tensor.ts";
import type { Gpu } from "@llm.ts/kernels/runtime/gpu.ts";
import type { Peak } from "./peak.ts";
import code from "./peak.wgsl?raw";

/** How long to measure. */
export interface Patience {
  /** Seconds that a measurement should last, so that neither the clock nor the start of the work counts. */
  readonly enough: number;
  /** Measurements of the same, of which the fastest counts: whatever else a machine does makes it slower only. */
  readonly rounds: number;
}

/** Adds a call to the GPU's list so many times, has the list done, and gives the seconds for one. */
export async function timeCalls(
  gpu: Gpu,
  end: GpuTensor, // a small tensor: reading it waits for everything before
  call: () => void,
  calls: number,
): Promise<number> {
  for (let i = 0; i < calls; i++) call();
  const started = performance.now();
  await gpu.read(end);
  return (performance.now() - started) / 1000 / calls;
}

/** Seconds of a call: once to compile and warm up, then as often as is worth timing, several times over. */
export async function timeKernel(
  gpu: Gpu,
  end: GpuTensor,
  call: () => void,
  { enough, rounds }: Patience,
): Promise<number> {
  await timeCalls(gpu, end, call, 1);
  let best = await timeCalls(gpu, end, call, 1);
  const calls = Math.min(Math.ceil(enough / Math.max(best, 1e-5)), 1000);
  if (best > 5 * enough) return best; // too slow to be repeated
  for (let round = 0; round < rounds; round++) {
    best = Math.min(best, await timeCalls(gpu, end, call, calls));
  }
  return best;
}

const threads = 2 ** 18;
const operations = 64; // of a thread in a round: 8 chains of 4 values, a multiplication and an addition

/** Measures how many multiplications and additions a GPU can do, and how many bytes it can read and write. */
export async function measurePeak(gpu: Gpu, patience: Patience): Promise<Peak> {
  const end = gpu.alloc(1);
  const sums = gpu.alloc(4 * threads);
  // Few rounds on a slow device, more on a fast one, until a call takes long enough.
  let flopsPerSecond = 0;
  for (let rounds = 8; rounds <= 8192; rounds *= 8) {
    const multiplyAdd = () =>
      gpu.run({ code, entryPoint: "multiplyAdd" }, { rounds }, [sums], threads / 64);
    const seconds = await timeKernel(gpu, end, multiplyAdd, patience);
    flopsPerSecond = Math.max(flopsPerSecond, (threads * rounds * operations) / seconds);
    if (8 * seconds > patience.enough) break;
  }
  // As much as may be bound, but for a quarter: more than any cache holds.
  const most = Math.min(gpu.device.limits.maxStorageBufferBindingSize, 2 ** 27);
  const length = Math.floor((most * 3) / 4 / 4 / 256) * 256;
  const [from, to] = [gpu.alloc(length), gpu.alloc(length)];
  const copy = () =>
    gpu.run(
      { code, entryPoint: "copy" },
      { count: length / 4 },
      [to, from],
      Math.ceil(length / 4 / 256),
    );
  const seconds = await timeKernel(gpu, end, copy, patience);
  return { flopsPerSecond, bytesPerSecond: (2 * 4 * length) / seconds };
}
