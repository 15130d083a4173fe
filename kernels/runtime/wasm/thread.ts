// One thread of the WebAssembly tier: waits for a call, does its share of it, says so, and waits again.

/** What a thread is started with. */
export interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory; // shared by all threads
  thread: number; // 0 is the one that makes the calls
  threads: number;
}

// How memory begins. The first page has what the threads tell each other and the module's own constants, from 4096 on, which
// is what the module is built with. Then comes what all threads see, then what each has for itself, then the tensors.
const page = 65536;
const sharedAt = page;
const scratchAt = 2 * page;
const scratchBytes = 16 * page;

/** Where the tensors begin. */
export const tensorsAt = (threads: number) => scratchAt + threads * scratchBytes;

// The first words of memory: see `run` in pool.ts.
export const turn = 0; // goes up with every call
export const left = 1; // threads that have not done their share of it
export const which = 2; // number of the export that is called
export const count = 3; // of its arguments
export const fault = 4; // 1 once a thread has failed
export const argumentsAt = 64; // bytes; float64 each

const patience = 20_000; // looks at a word, some 50 microseconds, before a thread sleeps

type Export = (...args: number[]) => void;

/** The module's functions in an order that is the same in every thread. */
export function begin({ module, memory, thread }: Omit<Start, "threads">): Export[] {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  (exports.begin as Export)(scratchAt + thread * scratchBytes, sharedAt);
  return exportNames(module).map((name) => exports[name] as Export);
}

export function exportNames(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}

/** Does the shares of one thread, for as long as there is the thread. */
export function work(start: Start): never {
  const functions = begin(start);
  const words = new Int32Array(start.memory.buffer, 0, 16);
  const values = new Float64Array(start.memory.buffer, argumentsAt, 32);
  let seen = 0;
  while (true) {
    seen = waitWhile(words, turn, seen, true);
    try {
      const args = values.subarray(0, words[count]);
      functions[words[which]](...args, start.thread, start.threads);
    } catch {
      Atomics.store(words, fault, 1);
    }
    if (Atomics.sub(words, left, 1) === 1) Atomics.notify(words, left);
  }
}

/**
 * Waits until a word is no longer what it was.
 *
 * @param maySleep whether this thread may sleep: the one that draws a page may not
 * @returns what it is now
 */
export function waitWhile(words: Int32Array, word: number, old: number, maySleep: boolean): number {
  for (let looks = 0; ; looks++) {
    const now = Atomics.load(words, word);
    if (now !== old) return now;
    if (maySleep && looks > patience) Atomics.wait(words, word, old);
  }
}
