// What the page and the training worker say to each other. The page asks and shows; the worker owns the device, the
// run and its checkpoints.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import type { KernelTime } from "./clock.ts";
import type { Progress, Sample } from "./progress.ts";
import type { Sampling, Settings } from "./settings.ts";

/** What can compute a run. */
export type Tier = "WebGPU" | "TypeScript";

/** A GPU that WebGPU offers. */
export interface Gpu {
  name: string; // as far as the browser tells it
  software: boolean; // the processor, in the guise of a GPU
  maxBuffer: number; // bytes
  maxBinding: number; // bytes
}

/** The GPU, or a sentence that says why there is none. */
export type FoundGpu = { gpu: Gpu; why: "" } | { gpu: null; why: string };

/** What a run is to be computed by. */
export interface Means {
  tier: Tier;
  choices: Choice[]; // of kernels, from earlier runs
}

/** What the weights are at first: random numbers, OpenAI's that were downloaded, or those of a file. */
export type Weights = "random" | "downloaded" | File;

/** From the page to the worker. Each is answered by one or more reports. */
export type Command =
  | { type: "look" } // is there a run to resume?
  | {
      type: "start";
      settings: Settings;
      text: File | null; // null: the site's own text
      weights: Weights;
      means: Means;
      sampling: Sampling;
    }
  | { type: "resume"; means: Means; sampling: Sampling }
  | { type: "import"; file: File; means: Means; sampling: Sampling }
  | { type: "discard" } // throws away what is in the store
  | { type: "pause" }
  | { type: "continue" }
  | { type: "stop" }
  | { type: "save" } // the page may be about to go
  | { type: "export" } // a checkpoint
  | { type: "export weights" } // as others read them
  | { type: "sampling"; sampling: Sampling } // how to draw from now on
  | { type: "sample" } // draw one now
  | { type: "time kernels"; on: boolean }; // from now on, or no more

/** From the worker to the page. */
export type Report =
  | { type: "found"; progress: Progress | null; damage: string[]; store: StoreState; gpu: FoundGpu }
  | { type: "preparing"; what: string; done: number } // done: 0 to 1
  | { type: "opened"; progress: Progress; history: History; store: StoreState }
  | { type: "resumed"; progress: Progress; history: History; message: string } // after the device was lost
  | { type: "state"; state: RunState }
  | { type: "step"; row: LossRow; tokens: number; bytes: number | null } // tokens trained on; bytes of a GPU's memory
  | { type: "kernels"; times: KernelTime[] | null } // of one step, while it is asked for; null: the device does not tell
  | { type: "validation"; row: ValidationRow }
  | { type: "sample"; sample: Sample; asked: boolean } // asked: by "sample", not by the schedule
  | { type: "saved"; step: number; bytes: number }
  | { type: "discarded" }
  | { type: "exported"; file: Blob; name: string }
  | { type: "notice"; message: string } // something went wrong, and the run goes on
  | { type: "refused"; message: string; setting?: string } // a command was not carried out; nothing has changed
  | { type: "fault"; message: string; cause: Cause }; // the run is over; the last checkpoint is kept

/** Of a fault: numbers that no training can go on from, or something else that does not depend on the settings. */
export type Cause = "numbers" | "device";

export type RunState = "running" | "paused" | "finished" | "stopped";

/** Whether checkpoints can be kept: in this tab, in another one that is training now, or nowhere. */
export type StoreState = "ours" | "other tab" | "none";

/** What is known of each step, in the order in which it is kept in a checkpoint. */
export interface LossRow {
  step: number;
  loss: number;
  norm: number; // length of the whole gradient, before clipping
  seconds: number; // that the step took
}

export interface ValidationRow {
  step: number;
  loss: number;
}

export interface History {
  losses: LossRow[];
  validations: ValidationRow[];
}

type Kind = "string" | "number" | "object" | "boolean" | "array";

const commands: Record<Command["type"], Record<string, Kind>> = {
  look: {},
  start: { settings: "object", means: "object", sampling: "object" },
  resume: { means: "object", sampling: "object" },
  import: { file: "object", means: "object", sampling: "object" },
  discard: {},
  pause: {},
  continue: {},
  stop: {},
  save: {},
  export: {},
  "export weights": {},
  sampling: { sampling: "object" },
  sample: {},
  "time kernels": { on: "boolean" },
};

const reports: Record<Report["type"], Record<string, Kind>> = {
  found: { damage: "array", store: "string", gpu: "object" },
  preparing: { what: "string", done: "number" },
  opened: { progress: "object", history: "object", store: "string" },
  resumed: { progress: "object", history: "object", message: "string" },
  state: { state: "string" },
  step: { row: "object", tokens: "number" },
  kernels: {},
  validation: { row: "object" },
  sample: { sample: "object", asked: "boolean" },
  saved: { step: "number", bytes: "number" },
  discarded: {},
  exported: { file: "object", name: "string" },
  notice: { message: "string" },
  refused: { message: "string" },
  fault: { message: "string", cause: "string" },
};

/** @throws TypeError if this is no command */
export const readCommand = (data: unknown) => readMessage("command", commands, data) as Command;

/** @throws TypeError if this is no report */
export const readReport = (data: unknown) => readMessage("report", reports, data) as Report;

function readMessage(
  what: string,
  known: Record<string, Record<string, Kind>>,
  data: unknown,
): unknown {
  const message = (data ?? {}) as Record<string, unknown>;
  const type = String(message.type);
  if (!Object.hasOwn(known, type)) throw new TypeError(`${what}: the type ${type} is not known`);
  for (const [name, kind] of Object.entries(known[type])) {
    const value = message[name];
    const got = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
    if (got !== kind) throw new TypeError(`${what} ${type}: ${name} is ${got}, expected ${kind}`);
  }
  return message;
}
