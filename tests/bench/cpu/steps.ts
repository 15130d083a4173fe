// A whole step of training: ours beside TypeScript and PyTorch, and where ours goes, kernel by kernel.

import { watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { type Config, type Preset, presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { WasmBackend } from "@llm.ts/kernels/wasm.ts";
import { randomIds } from "../../random.ts";
import { type Bench, countsOf, open, title } from "./bench.ts";
import { shareOf } from "./peak.ts";
import { startTorch } from "./processes.ts";
import { type Contender, labelOf, spread, takeTurns } from "./turns.ts";

/** Multiplications and additions of a step's matrix products and attention: 6 for a weight and a token, and 12 L T C. */
function flopsOfStep({ L, C, Vp }: Config, B: number, T: number): number {
  const weights = 12 * L * C * C + Vp * C;
  return B * T * (6 * weights + 6 * L * T * C);
}

/** A model on a backend, and its step. */
function trainee(
  backend: WasmBackend | ReturnType<typeof createCpu>,
  config: Config,
  { B, T }: Bench,
) {
  const model = createGPT2(backend, config, { B, T, training: true, attention: "recomputed" });
  initialise(model, 1);
  const batch = {
    inputs: randomIds(B * T, 1, config.V),
    targets: randomIds(B * T, 2, config.V),
  };
  let steps = 0;
  return async () => {
    trainStep(model, [batch], ++steps, defaultOptimiser);
    await readLoss(model);
  };
}

export async function measureStep(preset: Preset, bench: Bench): Promise<void> {
  const config = presets[preset];
  const { threads, rounds, torch, B, T } = bench;
  title(
    `A step of ${preset}, B = ${B}, T = ${T}: the share of the peak of all threads, and seconds`,
  );
  const ours = await Promise.all(countsOf(bench).map(open));
  const own = ours.map((backend) => ({
    name: "ours",
    threads: backend.threads,
    run: trainee(backend, config, bench),
  }));
  const contenders: Contender[] = [bench.peak, ...own];
  contenders.push({ name: "TypeScript", threads: 1, run: trainee(createCpu(), config, bench) });
  const { L, NH, C, V } = config;
  const theirs = torch ? await startTorch(torch, "step", [threads, L, NH, C, V, T, B]) : null;
  if (theirs) contenders.push({ name: "PyTorch", threads, run: () => theirs.run("") });
  try {
    const [peak, ...others] = await takeTurns(contenders, rounds);
    for (const times of others) {
      const share = shareOf(times, flopsOfStep(config, B, T), peak);
      console.log(`    ${labelOf(times).padEnd(30)} ${share}  ${spread(times.seconds, 3)}`);
    }
  } finally {
    theirs?.close();
    for (const backend of ours) backend.destroy();
  }
}

/** Where the time of a step goes. */
export async function profileStep(preset: Preset, bench: Bench): Promise<void> {
  const { threads, rounds, B, T } = bench;
  const backend = await open(threads);
  const times = new Map<string, number>();
  let began = 0;
  const watched = watchKernels(
    backend,
    () => {
      began = performance.now();
    },
    (kernel) => times.set(kernel, (times.get(kernel) ?? 0) + performance.now() - began),
  );
  const step = trainee(watched as WasmBackend, presets[preset], bench);
  await step();
  times.clear();
  for (let round = 0; round < rounds; round++) await step();
  const all = Array.from(times.values()).reduce((sum, each) => sum + each, 0);
  title(
    `Where a step of ${preset} goes, B = ${B}, T = ${T}, ${labelOf({ name: "ours", threads })}: milliseconds`,
  );
  for (const [kernel, took] of Array.from(times).sort((a, b) => b[1] - a[1])) {
    const share = ((100 * took) / all).toFixed(1);
    console.log(
      `  ${kernel.padEnd(28)} ${(took / rounds).toFixed(1).padStart(9)} ${share.padStart(5)}%`,
    );
  }
  backend.destroy();
}
