// What stands around the reader's code in its worker: it takes the job, runs the module, calls the function that is
// checked, and sends back what came out. It compares nothing: that is done outside, out of the code's reach.
//
// This file is sent to the worker as text, so it imports only types.

import type { Argument, Job, Level, WorkerMessage } from "./messages.ts";

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
 */
export function start(load: () => Promise<Record<string, unknown>>): void {
  const post = self.postMessage.bind(self) as (message: unknown) => void;
  self.addEventListener(
    "message",
    (event) => {
      const job = (event as MessageEvent<Job>).data;
      run(job, load, (message) => post({ ...message, nonce: job.nonce }));
    },
    { once: true },
  );
}

async function run(
  job: Job,
  load: () => Promise<Record<string, unknown>>,
  post: (message: WorkerMessage) => void,
): Promise<void> {
  replaceConsole(post);
  explainWhatIsApart();
  let call: number | null = null;
  const threw = (error: unknown) => post({ type: "threw", ...describe(error), call });
  self.addEventListener("unhandledrejection", (event) => threw(event.reason));
  try {
    const exported = await load();
    const results: Argument[][] = [];
    if (job.calls) {
      const kernel = exported[job.calls.function];
      if (typeof kernel !== "function") return post({ type: "missing" });
      for (const args of job.calls.args) {
        call = results.length;
        await kernel(...args);
        results.push(args);
      }
    }
    post({ type: "done", values: cloneable(exported), results });
  } catch (error) {
    threw(error);
  }
}

/** console.log and its like become lines below the cell, up to a limit. */
function replaceConsole(post: (message: WorkerMessage) => void): void {
  let lines = 0;
  let characters = 0;
  const write =
    (level: Level) =>
    (...values: unknown[]) => {
      if (lines >= mostLines || characters >= mostCharacters) return;
      const text = values
        .map((value) => show(value))
        .join(" ")
        .slice(0, mostCharacters - characters);
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
