// One thread of the WebAssembly tier. A call is cut into parts, and whichever thread is free takes the next one: so a call
// never waits for a thread that the system has put aside, nor longer for a slow core than for a fast one.

/** What a thread is started with. */
export interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory; // shared by all threads
  thread: number; // 0 is the one that makes the calls
}

// How memory begins. The first page has what the threads tell each other and the module's own constants, from 4096 on, which
// is what the module is built with. Then comes what all threads see, then what each has for itself, then the tensors.
const page = 65536;
const sharedAt = page;
const scratchAt = 2 * page;
const scratchBytes = 16 * page;

/** Where the tensors begin. */
export const tensorsAt = (threads: number) => scratchAt + threads * scratchBytes;

// The first words of memory.
const ticket = 0; // number of the call, times `most`, plus its next part: both in one word, so that they are taken at once
const parts = 1; // of the call
const done = 2; // parts that are done
const which = 3; // number of the export that is called
const count = 4; // of its arguments
const fault = 5; // 1 once a part has failed
const argumentsAt = 64; // bytes; float64 each

const most = 256; // parts of a call, and one more: the next part of a call of which all are taken
export const mostParts = most - 1;
const calls = 2 ** 31 / most; // before their number begins again

const patience = 10_000; // looks at a word, some 20 microseconds, before a thread sleeps

type Export = (...args: number[]) => void;

export function exportNames(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}

/** What a thread does: it takes parts of the call that is under way. */
export class Thread {
  readonly #functions: Export[]; // in the order of exportNames, which is the same in every thread
  readonly #words: Int32Array;
  readonly #values: Float64Array;

  constructor({ module, memory, thread }: Start) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    (exports.begin as Export)(scratchAt + thread * scratchBytes, sharedAt);
    this.#functions = exportNames(module).map((name) => exports[name] as Export);
    this.#words = new Int32Array(memory.buffer, 0, 16);
    this.#values = new Float64Array(memory.buffer, argumentsAt, 32);
  }

  /** Begins a call, of which any thread may then take parts. The one before must be over. */
  begin(name: number, args: readonly number[], pieces: number): void {
    const words = this.#words;
    const call = ((((words[ticket] / most) | 0) + 1) % calls) * most;
    // First no part of any call is to be had. A thread that is about to look how many parts there are, of the call before,
    // would else take one of this call, while what it is to do is only half written.
    Atomics.store(words, ticket, call + mostParts);
    words[which] = name;
    words[count] = args.length;
    words[parts] = pieces;
    words[done] = 0;
    this.#values.set(args);
    Atomics.store(words, ticket, call);
    if (pieces > 1) Atomics.notify(words, ticket);
  }

  /** Does parts of the call under way until none is left to take. */
  help(): void {
    const words = this.#words;
    while (true) {
      const taken = Atomics.load(words, ticket);
      const pieces = words[parts];
      const part = taken % most;
      if (part >= pieces) return;
      // Only if the word is still the same: else another thread has this part, or it is another call by now.
      if (Atomics.compareExchange(words, ticket, taken, taken + 1) !== taken) continue;
      try {
        this.run(words[which], [...this.#values.subarray(0, words[count]), part, pieces]);
      } catch {
        words[fault] = 1;
      }
      if (Atomics.add(words, done, 1) === pieces - 1) Atomics.notify(words, done);
    }
  }

  /** Calls a function on this thread alone. */
  run(name: number, args: readonly number[]): void {
    this.#functions[name](...args);
  }

  /** Waits until all parts of the call under way are done. @returns false if one of them failed */
  finish(maySleep: boolean): boolean {
    const words = this.#words;
    const pieces = words[parts];
    let now = Atomics.load(words, done);
    while (now < pieces) now = this.#waitWhile(done, now, maySleep);
    return Atomics.exchange(words, fault, 0) === 0;
  }

  /** Helps with every call, for as long as there is the thread. */
  serve(): never {
    while (true) {
      this.help();
      const seen = Atomics.load(this.#words, ticket);
      if (seen % most >= this.#words[parts]) this.#waitWhile(ticket, seen, true);
    }
  }

  /** Waits until a word is no longer what it was. @returns what it is now */
  #waitWhile(word: number, old: number, maySleep: boolean): number {
    for (let looks = 0; ; looks++) {
      const now = Atomics.load(this.#words, word);
      if (now !== old) return now;
      if (maySleep && looks > patience) Atomics.wait(this.#words, word, old);
    }
  }
}
