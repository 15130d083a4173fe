/// <reference types="@webgpu/types" />
// Which form of a kernel suits this GPU: found out by running them. What is fast differs from one GPU to the next by more
// than a factor of ten, and no property that a GPU tells of itself says which.

import { createGpu, type Gpu } from "./gpu.ts";

/** One thing to time a form with. */
export interface Trial {
  /** Sizes, as shown to the reader: "256 x 768 x 3072". */
  readonly shape: string;
  /** Floating-point operations of one call. */
  readonly flops: number;
  /** Allocates what is needed and gives back a function that adds one call to the GPU's list. */
  readonly prepare: (gpu: Gpu) => () => void;
}

/** The forms of a kernel, and what to time them with: the quickest first, the most telling last. */
export interface Contest {
  readonly kernel: string;
  readonly forms: readonly string[];
  readonly trials: readonly Trial[];
}

export interface Timing {
  readonly kernel: string;
  readonly form: string;
  readonly shape: string;
  /** Seconds of one call, on the wall's clock. Null where the GPU would not run it. */
  readonly seconds: number | null;
  /** Floating-point operations per second, in thousands of millions. */
  readonly gflops: number | null;
  /** What the GPU said where it would not run it. */
  readonly fault: string | null;
}

/** What was chosen, and why. Plain values, to be shown and kept. */
export interface Choice {
  /** The GPU and the sizes for which it holds. */
  readonly key: string;
  /** The form of each kernel. */
  readonly forms: Readonly<Record<string, string>>;
  readonly timings: readonly Timing[];
}

const hopeless = 3; // a form this many times slower than the best is not tried with larger sizes
const runs = 2; // of a slow form: one to warm up, one for the clock
const enough = 0.02; // seconds: long enough for the clock, and for the start of a list of work not to count

/** Names a GPU, as far as it lets itself be known, and the sizes that a choice is made for. */
export function choiceKey(device: GPUDevice, sizes: Readonly<Record<string, number>>): string {
  const { vendor, architecture, device: model, description } = device.adapterInfo;
  return JSON.stringify([vendor, architecture, model, description, sizes]);
}

/** Whether a choice that was kept is one for this key, with forms that all still exist. */
export function stillHolds(kept: Choice, key: string, contests: readonly Contest[]): boolean {
  return (
    kept.key === key && contests.every(({ kernel, forms }) => forms.includes(kept.forms[kernel]))
  );
}

/** Times one form of a kernel with one trial. */
export type Timer = (kernel: string, form: string, trial: Trial) => Promise<Timing>;

/**
 * Times the forms of each kernel and takes the fastest in the last trial that there was time for. The first trial is
 * always run; a later one only if, going by the one before, it ends within the budget.
 *
 * @param time see `timeOn`
 * @param budget seconds for each kernel, compiling aside
 * @throws Error if no form of a kernel runs
 */
export async function chooseForms(
  contests: readonly Contest[],
  key: string,
  time: Timer,
  budget = 0.5,
): Promise<Choice> {
  const forms: Record<string, string> = {};
  const timings: Timing[] = [];
  for (const contest of contests) {
    const { best, all } = await hold(contest, time, budget);
    forms[contest.kernel] = best;
    timings.push(...all);
  }
  return { key, forms, timings };
}

async function hold({ kernel, forms, trials }: Contest, time: Timer, budget: number) {
  const all: Timing[] = [];
  let spent = 0;
  let rate = Infinity; // operations per second of all forms that are left, run one after the other
  let left: readonly string[] = forms;
  let best = "";
  for (const trial of trials) {
    const expected = (runs * trial.flops) / rate;
    if (spent + expected > budget) break;
    const results: Timing[] = [];
    for (const form of left) results.push(await time(kernel, form, trial));
    all.push(...results);

    const ran = results.flatMap(({ form, seconds }) => (seconds === null ? [] : { form, seconds }));
    if (ran.length === 0) {
      throw new Error(`no form of ${kernel} runs on this GPU: ${results[0]?.fault}`);
    }
    for (const { seconds } of ran) spent += Math.max(runs * seconds, enough);
    const shortest = Math.min(...ran.map(({ seconds }) => seconds));
    best = ran.find(({ seconds }) => seconds === shortest)?.form ?? best;
    const hopeful = ran.filter(({ seconds }) => seconds <= hopeless * shortest);
    left = hopeful.map(({ form }) => form);
    rate = trial.flops / hopeful.reduce((sum, { seconds }) => sum + seconds, 0);
  }
  return { best, all };
}

/**
 * A timer for this device: a form runs once to be compiled and to warm up, then as often as makes a time worth reading.
 *
 * Use it before the tier is made: a form that this GPU refuses would be taken for a fault of the tier's.
 */
export function timeOn(device: GPUDevice): Timer {
  return async (kernel, form, trial) => {
    // A GPU of its own, so that what the trial takes is given back and a fault ends with it.
    const gpu = createGpu(device, { choices: { [kernel]: form } });
    const { shape } = trial;
    try {
      const seconds = await secondsOf(gpu, trial);
      return { kernel, form, shape, seconds, gflops: trial.flops / seconds / 1e9, fault: null };
    } catch (error) {
      return { kernel, form, shape, seconds: null, gflops: null, fault: (error as Error).message };
    } finally {
      gpu.destroy();
    }
  };
}

async function secondsOf(gpu: Gpu, trial: Trial): Promise<number> {
  const call = trial.prepare(gpu);
  const end = gpu.alloc(1); // reading it waits for all that was submitted
  const run = async (calls: number) => {
    const started = performance.now();
    for (let i = 0; i < calls; i++) call();
    await gpu.read(end);
    return (performance.now() - started) / 1000;
  };
  await run(1);
  const once = await run(1);
  if (once > enough) return once;
  const calls = Math.min(Math.ceil(enough / Math.max(once, 1e-4)), 50);
  return (await run(calls)) / calls;
}
