// The threads of the WebAssembly tier. They live as long as the tier does, and share its memory.

import { exportNames, type Start, Thread } from "./thread.ts";

/** Starts a thread, and resolves with what ends it. */
export type Spawn = (start: Start) => Promise<() => void>;

export interface Pool {
  readonly threads: number;
  /**
   * Calls a function of the module once for each part, on whichever threads are free, and returns when all are done.
   *
   * @throws WebAssembly.RuntimeError if one of them failed
   */
  run(name: string, args: readonly number[], parts: number): void;
  /** Calls a function of the module on this thread alone, where the module has it. */
  runAlone(name: string, args: readonly number[]): void;
  destroy(): void;
}

/** @throws Error if a thread cannot be started; those that were are ended */
export async function createPool(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  threads: number,
  spawn: Spawn,
): Promise<Pool> {
  const names = new Map(exportNames(module).map((name, i) => [name, i]));
  const own = new Thread({ module, memory, thread: 0 });
  const maySleep = canSleep();

  const starting = Array.from({ length: threads - 1 }, (_, i) =>
    spawn({ module, memory, thread: i + 1 }),
  );
  const started = await Promise.allSettled(starting);
  const destroy = () => {
    for (const each of started) if (each.status === "fulfilled") each.value();
  };
  const failed = started.find((each) => each.status === "rejected");
  if (failed) {
    destroy();
    throw failed.reason;
  }

  return {
    threads,
    run(name, args, parts) {
      own.begin(names.get(name) as number, args, parts);
      own.help();
      if (!own.finish(maySleep)) {
        throw new WebAssembly.RuntimeError(`${name}: a thread failed`);
      }
    },
    runAlone(name, args) {
      const index = names.get(name);
      if (index !== undefined) own.run(index, args);
    },
    destroy,
  };
}

/** Whether this thread may sleep: the one that draws a page may not. */
function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1); // is 0, so it returns at once
    return true;
  } catch {
    return false;
  }
}
