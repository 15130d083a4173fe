// What passes between the page and a run. All that comes from a worker is looked at before it is believed: the code in
// it is the reader's, and it may post anything.

/** An argument of a call. */
export type Argument = Float32Array | Int32Array | number | null;

/** What the page asks of a run. */
export interface Job {
  /** A number that the run's messages repeat; a message without it is not from the run's own runtime. */
  nonce: string;
  /**
   * After the module has run, this export is called once with each list of arguments. `watched`: names of the arguments,
   * where what happens to the arrays among them is to be told. `followed`: an element of one of them whose writes are told.
   */
  calls?: {
    function: string;
    args: Argument[][];
    watched?: readonly string[];
    followed?: { argument: number; index: number };
  };
}

/** What a run tells the page. */
export type WorkerMessage =
  | { type: "line"; level: Level; text: string }
  | { type: "threw"; name: string; message: string; stack: string; call: number | null }
  | { type: "missing" } // the function to call is not exported
  | { type: "done"; values: Record<string, unknown>; results: Argument[][]; watched?: Watched };

/** What was seen in the calls of a run that was watched. */
export interface Watched {
  /** The first of each kind: an index outside an array, a function of Math whose result is no finite number. */
  odd: Odd[];
  /** For each argument of the last call, the stack that wrote each element last, by its number in `stacks`; -1: none. */
  writers: (Int32Array | null)[];
  stacks: string[];
  /** To the element that was followed, in their order. */
  writes?: SeenWrite[];
}

export interface SeenWrite {
  stack: string;
  before: number;
  value: number;
  reads: { name: string; at: number; value: number }[]; // the last of those since the write before it to its tensor
  others: number; // reads before these
}

export interface Odd {
  kind: "read" | "write" | "math";
  name: string; // of the array, or of the function
  at: string; // the index, or the argument
  length: number; // of the array
  value: number; // what the function gave
  stack: string;
}

export type Level = "log" | "warn" | "error";

/** What the frame around the worker tells the page, of its own. */
export type FrameMessage =
  | { type: "started" }
  | { type: "error"; message: string; line: number } // could not be parsed, or an error that nothing caught
  | { type: "flood" } // ended by the frame: too many messages
  | { type: "message"; data: unknown }; // from the worker

/** The same message, if it has the form of one and the nonce of the run; else undefined. */
export function readMessage(data: unknown, nonce: string): WorkerMessage | undefined {
  if (!isRecord(data) || data.nonce !== nonce) return undefined;
  switch (data.type) {
    case "line": {
      const { level, text } = data;
      if (level !== "log" && level !== "warn" && level !== "error") return undefined;
      return typeof text === "string" ? { type: "line", level, text } : undefined;
    }
    case "threw": {
      const { name, message, stack, call } = data;
      if (typeof name !== "string" || typeof message !== "string") return undefined;
      if (typeof stack !== "string" || !(call === null || Number.isInteger(call))) return undefined;
      return { type: "threw", name, message, stack, call: call as number | null };
    }
    case "missing":
      return { type: "missing" };
    case "done": {
      const { values, results, watched } = data;
      if (!isRecord(values) || !Array.isArray(results)) return undefined;
      if (!results.every((args) => Array.isArray(args) && args.every(isArgument))) return undefined;
      if (watched === undefined) return { type: "done", values, results };
      return isWatched(watched) ? { type: "done", values, results, watched } : undefined;
    }
    default:
      return undefined;
  }
}

/** The frame is the site's own code; its messages still have to be of the right form. */
export function readFrameMessage(data: unknown): FrameMessage | undefined {
  if (!isRecord(data)) return undefined;
  switch (data.type) {
    case "started":
    case "flood":
      return { type: data.type };
    case "error":
      return typeof data.message === "string" && typeof data.line === "number"
        ? { type: "error", message: data.message, line: data.line }
        : undefined;
    case "message":
      return { type: "message", data: data.data };
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWatched(value: unknown): value is Watched {
  if (!isRecord(value)) return false;
  const { odd, writers, stacks, writes } = value;
  return (
    Array.isArray(odd) &&
    odd.every(isOdd) &&
    Array.isArray(writers) &&
    writers.every((one) => one === null || one instanceof Int32Array) &&
    Array.isArray(stacks) &&
    stacks.every((stack) => typeof stack === "string") &&
    (writes === undefined || (Array.isArray(writes) && writes.every(isWrite)))
  );
}

function isWrite(value: unknown): value is SeenWrite {
  if (!isRecord(value)) return false;
  const { stack, before, value: written, reads, others } = value;
  return (
    typeof stack === "string" &&
    [before, written, others].every((one) => typeof one === "number") &&
    Array.isArray(reads) &&
    reads.every(
      (read) =>
        isRecord(read) &&
        typeof read.name === "string" &&
        typeof read.at === "number" &&
        typeof read.value === "number",
    )
  );
}

function isOdd(value: unknown): value is Odd {
  if (!isRecord(value)) return false;
  const { kind, name, at, length, value: result, stack } = value;
  return (
    (kind === "read" || kind === "write" || kind === "math") &&
    [name, at, stack].every((text) => typeof text === "string") &&
    typeof length === "number" &&
    typeof result === "number"
  );
}

function isArgument(value: unknown): value is Argument {
  return (
    value === null ||
    typeof value === "number" ||
    value instanceof Float32Array ||
    value instanceof Int32Array
  );
}
