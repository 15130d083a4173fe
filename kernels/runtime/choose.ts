/// <reference types="@webgpu/types" />
// Which form of a kernel suits this GPU: found out by running them. What is fast differs from one GPU to the next by more
// than a factor of ten, and no property that a GPU tells of itself says which.

import type { TrainingSizes, Trial } from "./forms.ts";
import { createGpu } from "./gpu.ts";

/** The forms of a kernel, and what to time them with: the quickest first, the one that counts most last. */
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

const slowestRatio = 3; // a form this many times slower than the best is not tried further,
const alwaysTried = 1e-3; // unless its call takes fewer seconds: so short a one is mostly the start of it
const fewest = 3; // rounds: whatever else the machine does is unlikely to hit the same form in all of them
const most = 9;
const enough = 0.005; // seconds of one measurement: long enough for the clock, short enough to take many

/** Names a GPU, as far as it lets itself be known, and the sizes that a choice is made for. */
export function choiceKey(device: GPUDevice, sizes: TrainingSizes): string {
  const { vendor, architecture, device: model, description } = device.adapterInfo;
  return JSON.stringify([vendor, architecture, model, description, sizes]);
}

/** Whether a choice that was kept is one for this key, among the forms that there are now. */
export function stillHolds(kept: Choice, key: string, contests: readonly Contest[]): boolean {
  const timings = kept.timings ?? []; // what was kept may have lost them
  const timed = new Set(timings.map(({ kernel, form }) => `${kernel} ${form}`));
  return (
    kept.key === key &&
    contests.every(
      ({ kernel, forms }) =>
        forms.includes(kept.forms[kernel]) && forms.every((form) => timed.has(`${kernel} ${form}`)),
    )
  );
}

/** A trial made ready on a device, to be run with one form after the other. */
export interface Race {
  /**
   * Seconds of one call, from one short measurement. The first with a form compiles it and warms it up beforehand.
   *
   * @throws Error if the device will not run the form; the others still can
   */
  time(form: string): Promise<number>;
  /** Gives back what the trial took. */
  end(): void;
}

/** @param chosen the forms of the kernels before this one, which a trial may make use of */
export type Prepare = (
  kernel: string,
  trial: Trial,
  chosen: Readonly<Record<string, string>>,
) => Race;

/**
 * Times the forms of each kernel and takes the fastest in the last trial that there was time for. In a trial the forms
 * take turns, several times, and of each the best time counts: other work on the machine can only make a time longer, and
 * rarely spares one form all of it. The first trial is always run; a later one only if, going by the one before, it ends
 * within the budget.
 *
 * @param prepare see `racesOn`
 * @param budget seconds for each kernel, compiling aside
 * @throws Error if no form of a kernel runs
 */
export async function chooseForms(
  contests: readonly Contest[],
  key: string,
  prepare: Prepare,
  budget = 1,
): Promise<Choice> {
  const forms: Record<string, string> = {};
  const timings: Timing[] = [];
  for (const contest of contests) {
    const { best, all } = await hold(contest, prepare, { ...forms }, budget);
    forms[contest.kernel] = best;
    timings.push(...all);
  }
  return { key, forms, timings };
}

async function hold(
  { kernel, forms, trials }: Contest,
  prepare: Prepare,
  chosen: Readonly<Record<string, string>>,
  budget: number,
) {
  const all: Timing[] = [];
  let spent = 0;
  let pace = 0; // seconds for each operation in one round of all forms that are left
  let left: readonly string[] = forms;
  let best = "";
  for (const trial of trials) {
    const expected = (1 + fewest) * trial.flops * pace; // one to warm up
    if (spent + expected > budget) break;
    const seconds = (budget - spent) / 2; // the other half is for the next trial, which is larger
    const race = prepare(kernel, trial, chosen);
    const { times, faults, took } = await run(race, left, seconds).finally(() => race.end());
    spent += took;
    const { shape, flops } = trial;
    for (const form of left) {
      const time = times.get(form) ?? null;
      const gflops = time === null ? null : flops / time / 1e9;
      all.push({ kernel, form, shape, seconds: time, gflops, fault: faults.get(form) ?? null });
    }
    if (times.size === 0) {
      throw new Error(`no form of ${kernel} runs on this GPU: ${faults.get(left[0])}`);
    }
    left = worthTrying(times);
    const shortest = Math.min(...times.values());
    best = left.find((form) => times.get(form) === shortest) ?? best;
    pace = left.reduce((sum, form) => sum + (times.get(form) ?? 0), 0) / flops;
  }
  return { best, all };
}

/** Runs a trial with every form in turns, for about so many seconds. Tells the best time of each that ran. */
async function run(race: Race, forms: readonly string[], seconds: number) {
  const times = new Map<string, number>();
  const faults = new Map<string, string>();
  let took = 0;
  let left = forms;
  const enoughOf = (round: number) => round >= most || (round >= fewest && took >= seconds);
  for (let round = 0; left.length > 0 && !enoughOf(round); round++) {
    // Every other round goes the other way, so that none always comes after the same.
    for (const form of round % 2 === 0 ? left : left.toReversed()) {
      try {
        const time = await race.time(form);
        took += Math.max(time, enough);
        times.set(form, Math.min(time, times.get(form) ?? Infinity));
      } catch (error) {
        times.delete(form);
        faults.set(form, (error as Error).message);
      }
    }
    const worth = round === 0 ? [...times.keys()] : worthTrying(times);
    left = left.filter((form) => worth.includes(form));
  }
  return { times, faults, took };
}

/** The forms that may still turn out the fastest. */
function worthTrying(times: ReadonlyMap<string, number>): string[] {
  const longest = Math.max(slowestRatio * Math.min(...times.values()), alwaysTried);
  return [...times.keys()].filter((form) => (times.get(form) ?? Infinity) <= longest);
}

/**
 * Tells how far the contests are: each is an equal part, each of its trials an equal part of that, and each form of that.
 *
 * @param say told before a form is compiled and timed for the first time in a trial; `done` is from 0 to 1
 */
export function watched(
  prepare: Prepare,
  contests: readonly Contest[],
  say: (kernel: string, done: number) => void,
): Prepare {
  return (kernel, trial, chosen) => {
    const contest = contests.findIndex((each) => each.kernel === kernel);
    const { forms, trials } = contests[contest];
    const race = prepare(kernel, trial, chosen);
    const begun = new Set<string>();
    return {
      time(form) {
        if (!begun.has(form)) {
          const part = (trials.indexOf(trial) + begun.size / forms.length) / trials.length;
          say(kernel, (contest + part) / contests.length);
        }
        begun.add(form);
        return race.time(form);
      },
      end: () => race.end(),
    };
  };
}

/**
 * Prepares trials on this device.
 *
 * Use it before the tier is made: a form that this GPU refuses would be taken for a fault of the tier's.
 */
export function racesOn(device: GPUDevice): Prepare {
  return (kernel, { prepare }, chosen) => {
    let open: ReturnType<typeof begin> | null = null;
    const calls = new Map<string, number>(); // of each form, in one measurement
    const begin = () => {
      // A GPU of its own, so that what the trial takes is given back and a fault ends with it.
      const gpu = createGpu(device, { choices: chosen });
      return { gpu, call: prepare(gpu), end: gpu.alloc(1) }; // reading `end` waits for all that was submitted
    };
    const run = async (form: string, calls: number) => {
      open ??= begin();
      const { gpu, call, end } = open;
      gpu.choices[kernel] = form;
      const started = performance.now();
      for (let i = 0; i < calls; i++) call();
      await gpu.read(end);
      return (performance.now() - started) / 1000 / calls;
    };
    const end = () => {
      open?.gpu.destroy();
      open = null;
    };
    return {
      async time(form) {
        try {
          if (!calls.has(form)) {
            await run(form, 1); // compiles
            const once = await run(form, 1); // and has all memory at hand
            calls.set(form, Math.min(Math.ceil(enough / Math.max(once, 1e-4)), 50));
          }
          return await run(form, calls.get(form) ?? 1);
        } catch (error) {
          end(); // a fault stays with its GPU: the next form begins with another
          throw error;
        }
      },
      end,
    };
  };
}
