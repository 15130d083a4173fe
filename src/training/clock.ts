// How long each kernel takes: by the GPU's own clock where it shows it, by this thread's where this thread computes.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { watchKernels } from "@llm.ts/kernels/cost.ts";
import type { Profile } from "@llm.ts/kernels/runtime/profile.ts";

/** What the calls of one kernel took together. */
export interface KernelTime {
  kernel: string;
  seconds: number;
}

export interface Clock {
  /** Whether kernels that are called from now on are timed. Off, it costs nothing. */
  on: boolean;
  /** What was timed since the last call. All of it must be done: its results have been read. */
  take(): Promise<KernelTime[]>;
}

const unnamed = "others"; // what is not among the kernels of a step

/** Has the kernels of a backend named to a profile, and gives the clock that the profile is. */
export function profileClock<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  profile: Profile,
): { backend: Backend<Tensor, Ids>; clock: Clock } {
  profile.on = false;
  profile.label = unnamed;
  const watched = watchKernels(
    backend,
    (kernel) => {
      profile.label = kernel;
    },
    () => {
      profile.label = unnamed;
    },
  );
  const clock: Clock = {
    get on() {
      return profile.on;
    },
    set on(value) {
      profile.on = value;
    },
    async take() {
      const dispatches = await profile.take();
      return addUp(dispatches.map(({ label, seconds }) => [label, seconds ?? 0]));
    },
  };
  return { backend: watched, clock };
}

/** Times the kernels of a backend that computes at once, in this thread. */
export function threadClock<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
): { backend: Backend<Tensor, Ids>; clock: Clock } {
  let began = 0;
  let timed: [string, number][] = [];
  const clock: Clock = {
    on: false,
    async take() {
      const times = addUp(timed);
      timed = [];
      return times;
    },
  };
  const watched = watchKernels(
    backend,
    () => {
      if (clock.on) began = performance.now();
    },
    (kernel) => {
      if (clock.on) timed.push([kernel, (performance.now() - began) / 1000]);
    },
  );
  return { backend: watched, clock };
}

function addUp(times: readonly (readonly [kernel: string, seconds: number])[]): KernelTime[] {
  const sums = new Map<string, number>();
  for (const [kernel, seconds] of times) sums.set(kernel, (sums.get(kernel) ?? 0) + seconds);
  return Array.from(sums, ([kernel, seconds]) => ({ kernel, seconds }));
}
