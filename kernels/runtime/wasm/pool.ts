// The threads of the WebAssembly tier. They live as long as the tier does, and share its memory. A call is written into the
// first words of memory; then every thread does its share, the one that makes the call too.

import {
  argumentsAt,
  begin,
  count,
  exportNames,
  fault,
  left,
  type Start,
  turn,
  waitWhile,
  which,
} from "./thread.ts";

/** Starts a thread, and resolves with what ends it. */
export type Spawn = (start: Start) => Promise<() => void>;

export interface Pool {
  readonly threads: number;
  /**
   * Calls a function of the module on all threads, and returns when all have done their share.
   *
   * @throws WebAssembly.RuntimeError if one of them failed
   */
  run(name: string, args: readonly number[]): void;
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
  const functions = begin({ module, memory, thread: 0 });
  const words = new Int32Array(memory.buffer, 0, 16);
  const values = new Float64Array(memory.buffer, argumentsAt, 32);
  const maySleep = canSleep();

  const starting = Array.from({ length: threads - 1 }, (_, i) =>
    spawn({ module, memory, thread: i + 1, threads }),
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
    run(name, args) {
      const index = names.get(name) as number;
      if (threads > 1) {
        words[which] = index;
        words[count] = args.length;
        values.set(args);
        Atomics.store(words, left, threads - 1);
        Atomics.add(words, turn, 1);
        Atomics.notify(words, turn);
      }
      try {
        functions[index](...args, 0, threads);
      } finally {
        // Also where this share failed: the others still write.
        for (let n = Atomics.load(words, left); n > 0; ) n = waitWhile(words, left, n, maySleep);
      }
      if (Atomics.exchange(words, fault, 0) !== 0) {
        throw new WebAssembly.RuntimeError(`${name}: a thread failed`);
      }
    },
    runAlone(name, args) {
      const index = names.get(name);
      if (index !== undefined) functions[index](...args);
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
