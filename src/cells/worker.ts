// What stands around the reader's code in its worker: it takes the job, runs the module, calls the function that is
// checked, and sends back what came out. It compares nothing: that is done outside, out of the code's reach.
//
// This file is sent to the worker as text, so it imports only types.

import type { Argument, Job, Level, Odd, SeenWrite, Watched, WorkerMessage } from "./messages.ts";

const mostLines = 200;
const mostCharacters = 20_000;

const noNetwork =
  "Cells cannot use the network: they run apart from this page. Write the data into the cell itself.";
const noStorage =
  "Cells cannot store anything: they run apart from this page. Print what you want to keep.";
const noPage =
  "Cells run apart from this page and cannot reach it. Use console.log to show something.";

const apart: Record<string, string> = {
  fetch: noNetwork,
  XMLHttpRequest: noNetwork,
  WebSocket: noNetwork,
  WebSocketStream: noNetwork,
  EventSource: noNetwork,
  WebTransport: noNetwork,
  importScripts: noNetwork,
  indexedDB: noStorage,
  caches: noStorage,
  localStorage: noStorage,
  sessionStorage: noStorage,
  document: noPage,
  parent: noPage,
};

/**
 * Waits for the job, then runs it.
 *
 * @param load runs the module and gives its exports
 * @param begin is called before each call of the function
 */
export function start(load: () => Promise<Record<string, unknown>>, begin: () => void): void {
  const post = self.postMessage.bind(self) as (message: unknown) => void;
  self.addEventListener(
    "message",
    (event) => {
      const job = (event as MessageEvent<Job>).data;
      run(job, load, begin, (message) => post({ ...message, nonce: job.nonce }));
    },
    { once: true },
  );
}

async function run(
  job: Job,
  load: () => Promise<Record<string, unknown>>,
  begin: () => void,
  post: (message: WorkerMessage) => void,
): Promise<void> {
  replaceConsole(post);
  explainWhatIsApart();
  const timers = countTimers();
  let call: number | null = null;
  const threw = (error: unknown) => post({ type: "threw", ...describe(error), call });
  let failed = false;
  self.addEventListener("unhandledrejection", (event) => {
    failed = true;
    threw(event.reason);
  });
  try {
    const exported = await load();
    let watched: { args: unknown[]; seen: Watched } | undefined;
    const results: Argument[][] = [];
    if (job.calls) {
      const kernel = exported[job.calls.function];
      if (typeof kernel !== "function") return post({ type: "missing" });
      const { watched: names, followed } = job.calls;
      for (const args of job.calls.args) {
        call = results.length;
        begin();
        if (names) watched = watch(args, names, followed);
        await kernel(...(watched?.args ?? args));
        results.push(args);
      }
      call = null;
    }
    // What was begun and not waited for may still fail: a promise, a timer.
    await timers.end();
    if (failed) return;
    post({ type: "done", values: cloneable(exported), results, watched: watched?.seen });
  } catch (error) {
    threw(error);
  }
}

const mostWaiting = 2000; // milliseconds for timers

/** Counts the timers that are waiting, so that a run ends when they have. */
function countTimers(): { end: () => Promise<void> } {
  const { setTimeout, clearTimeout } = self;
  const waiting = new Set<number>();
  const set = (handler: TimerHandler, time?: number, ...args: unknown[]): number => {
    const id: number = setTimeout(() => {
      waiting.delete(id);
      if (typeof handler === "function") handler(...args);
    }, time);
    if ((time ?? 0) <= mostWaiting) waiting.add(id);
    return id;
  };
  const clear = (id?: number) => {
    if (id !== undefined) waiting.delete(id);
    clearTimeout(id);
  };
  Object.assign(self, { setTimeout: set, clearTimeout: clear });
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  return {
    end: async () => {
      const until = Date.now() + mostWaiting;
      await turn(); // in which promises that nothing has handled are told
      while (waiting.size > 0 && Date.now() < until) await turn();
      await turn();
    },
  };
}

const mostWrites = 201; // to one element that are told: one more than are shown
const mostReads = 6; // before one of them

const mostStacks = 6000; // written elements whose line is looked up: each takes some microseconds

/** The arguments of a call with the arrays among them replaced by ones that tell what happens to them. */
function watch(
  args: Argument[],
  names: readonly string[],
  followed?: { argument: number; index: number },
): { args: unknown[]; seen: Watched } {
  const writes: SeenWrite[] = [];
  let reads: SeenWrite["reads"] = [];
  let others = 0;
  // What was read since the last write to the tensor. `x[i] +=` reads x[i], which says nothing about where its sum comes from.
  const follow = (position: number, index: number, before: number, value: number) => {
    reads = reads.filter((read) => read.name !== names[position] || read.at !== index);
    if (position !== followed?.argument) return;
    if (index === followed.index && writes.length < mostWrites) {
      writes.push({ stack: stack(), before, value, reads, others });
    }
    reads = [];
    others = 0;
  };
  const noteRead = (name: string, at: number, value: number) => {
    reads = reads.filter((read) => read.name !== name || read.at !== at);
    reads.push({ name, at, value });
    if (reads.length <= mostReads) return;
    reads.shift();
    others++;
  };
  const odd: Odd[] = [];
  const stacks: string[] = [];
  const numbers = new Map<string, number>();
  let looked = 0;
  const stack = () => String(new Error().stack ?? "");
  const note = (kind: Odd["kind"], name: string, at: string, length: number, value: number) => {
    if (odd.some((one) => one.kind === kind)) return;
    odd.push({ kind, name, at, length, value, stack: stack() });
  };
  const writer = () => {
    if (looked++ > mostStacks) return -1;
    const text = stack();
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, stacks.length);
    stacks.push(text);
    return stacks.length - 1;
  };
  const wrap = (
    array: Float32Array | Int32Array,
    name: string,
    by: Int32Array,
    offset: number,
    position: number,
  ): unknown =>
    new Proxy(array, {
      get(_, key) {
        if (key === "subarray") {
          return (from?: number, to?: number) => {
            const part = array.subarray(from, to);
            const first = (part.byteOffset - array.byteOffset) / array.BYTES_PER_ELEMENT;
            return wrap(part, name, by, offset + first, position);
          };
        }
        if (key === "fill" || key === "set") {
          return (...values: [never, never]) => {
            const before = array.slice();
            (array[key] as (...values: unknown[]) => void)(...values);
            const number = writer();
            for (let i = 0; i < array.length; i++) {
              const all = key === "fill" && values.length < 2;
              if (!all && Object.is(array[i], before[i])) continue;
              by[offset + i] = number;
              if (followed) follow(position, offset + i, before[i], array[i]);
            }
          };
        }
        const value: unknown = Reflect.get(array, key, array);
        if (followed && typeof value === "number" && typeof key === "string" && /^\d/.test(key)) {
          noteRead(name, offset + Number(key), value);
        }
        if (
          value === undefined &&
          typeof key === "string" &&
          /^-?\d|^NaN$|^undefined$|^-?Inf/.test(key)
        ) {
          note("read", name, key, array.length, 0);
        }
        return typeof value === "function" ? value.bind(array) : value;
      },
      set(_, key, value) {
        const index = Number(key as string);
        if (Number.isInteger(index) && index >= 0 && index < array.length) {
          const before = array[index];
          array[index] = value;
          by[offset + index] = writer();
          if (followed) follow(position, offset + index, before, array[index]);
        } else if (typeof key === "string") {
          note("write", name, key, array.length, 0);
        }
        return true;
      },
    });
  const { exp, log, sqrt, pow } = Math;
  const telling = (name: string, of: (...x: number[]) => number) =>
    ((...x: number[]) => {
      const value = of(...x);
      if (!Number.isFinite(value) && x.every(Number.isFinite)) {
        note("math", name, x.join(", "), 0, value);
      }
      return value;
    }) as never;
  Math.exp = telling("exp", exp);
  Math.log = telling("log", log);
  Math.sqrt = telling("sqrt", sqrt);
  Math.pow = telling("pow", pow as (...x: number[]) => number);
  const writers = args.map((array) =>
    ArrayBuffer.isView(array) ? new Int32Array(array.length).fill(-1) : null,
  );
  const watched = args.map((array, i) => {
    const by = writers[i];
    return ArrayBuffer.isView(array) && by ? wrap(array, names[i], by, 0, i) : array;
  });
  return { args: watched, seen: { odd, writers, stacks, writes: followed && writes } };
}

/** console.log and its like become lines below the cell, up to a limit. */
function replaceConsole(post: (message: WorkerMessage) => void): void {
  let lines = 0;
  let characters = 0;
  const write =
    (level: Level) =>
    (...values: unknown[]) => {
      if (lines >= mostLines || characters >= mostCharacters) return;
      const text = withoutNegativeZero(values.map((value) => show(value)).join(" ")).slice(
        0,
        mostCharacters - characters,
      );
      lines++;
      characters += text.length;
      post({ type: "line", level, text });
      if (lines < mostLines && characters < mostCharacters) return;
      const limit = lines < mostLines ? `${mostCharacters} characters` : `${mostLines} lines`;
      post({ type: "line", level: "warn", text: `(${limit} are shown; the rest is not)` });
    };
  const [log, warn, error] = [write("log"), write("warn"), write("error")];
  Object.assign(console, {
    log,
    info: log,
    debug: log,
    warn,
    error,
    trace: warn,
    table: log,
    dir: log,
  });
}

/** What was rounded to 0 from below is printed as 0, not as -0.000; in a column it keeps its width. */
function withoutNegativeZero(text: string): string {
  return text.replace(
    /(^|, |[^\w.)\]])-(0(?:\.0+)?)(?![\w.])/gm,
    (_, before: string, zero: string) => `${before}${before === " " ? " " : ""}${zero}`,
  );
}

/** A value as a reader would write it; long arrays are cut. */
function show(value: unknown, depth = 0): string {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (depth > 3) return "...";
  if (Array.isArray(value)) return list("", value, value.length, depth);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const array = value as unknown as ArrayLike<number>;
    return list(`${value.constructor.name}(${array.length}) `, array, array.length, depth);
  }
  if (value instanceof Map) return list(`Map(${value.size}) `, [...value], value.size, depth);
  if (value instanceof Set) return list(`Set(${value.size}) `, [...value], value.size, depth);
  const entries = Object.entries(value).slice(0, 50);
  return `{ ${entries.map(([key, entry]) => `${key}: ${show(entry, depth + 1)}`).join(", ")} }`;
}

function list(name: string, values: ArrayLike<unknown>, length: number, depth: number): string {
  const shown = Array.from({ length: Math.min(length, 32) }, (_, i) => values[i]);
  const text = shown.map((value) => show(value, depth + 1)).join(", ");
  return `${name}[${text}${length > shown.length ? `, ... ${length - shown.length} more` : ""}]`;
}

/** The frame's policy forbids all of these anyway; this only says so in words. */
function explainWhatIsApart(): void {
  for (const name of Object.keys(apart)) {
    if (!(name in self)) continue;
    try {
      Object.defineProperty(self, name, {
        configurable: true,
        get() {
          throw new Error(apart[name]);
        },
      });
    } catch {
      // Not to be replaced in this browser: then the policy's own error is what the reader sees.
    }
  }
}

function describe(error: unknown): { name: string; message: string; stack: string } {
  if (!(error instanceof Error)) {
    return { name: "", message: `threw ${show(error, 1)}, which is not an Error`, stack: "" };
  }
  const missing = /^(?:Can't find variable: )?(\w+)(?: is not defined)?$/.exec(error.message)?.[1];
  const message =
    error instanceof ReferenceError && missing && apart[missing]
      ? `${error.message}. ${apart[missing]}`
      : error.message;
  return { name: String(error.name), message: String(message), stack: String(error.stack ?? "") };
}

/** The exported values that can be sent: a figure is drawn from them. Functions stay behind. */
function cloneable(exported: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === "function") continue;
    try {
      values[name] = structuredClone(value);
    } catch {
      // Holds something that cannot leave the worker.
    }
  }
  return values;
}
