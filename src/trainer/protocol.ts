// What the page and the training worker say to each other. The page asks and shows; the worker owns the device, the
// run and its checkpoints.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import type { Wish } from "../training/changes.ts";
import type { RunEvent } from "../training/events.ts";
import type { History } from "../training/history.ts";
import type { Question } from "../training/inside/inside.ts";
import type { WeightsKind } from "../training/kinds.ts";
import type { Progress } from "../training/progress.ts";
import type { Sampling, Settings } from "../training/settings.ts";
import type { Tier } from "../training/tiers.ts";
import type { TokenCounts } from "./tokencounts.ts";

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
export interface Computer {
  tier: Tier;
  choices: Choice[]; // of kernels, from earlier runs
}

/** What the weights are at first: random numbers, OpenAI's that were downloaded, or those of files. */
export type Weights = "random" | "downloaded" | readonly File[];

/** A text of the reader's own. */
export interface OwnText {
  file: File;
  separators: boolean; // whether <|endoftext|> in it ends one text and begins the next
}

/** From the page to the worker. Each is answered by one or more reports. */
export type Command =
  | { type: "look" } // is there a run to resume?
  | {
      type: "count"; // how many tokens has the text?
      key: string;
      text: OwnText | null;
      settings: Settings;
      weights: Weights; // whose tokens they are to be, if they are not GPT-2's
    }
  | {
      type: "start";
      settings: Settings;
      text: OwnText | null; // null: the site's own text
      weights: Weights;
      computer: Computer;
      sampling: Sampling;
    }
  | {
      type: "series"; // runs one after another, to be compared: without samples and checkpoints
      settings: Settings[];
      text: OwnText | null;
      weights: Weights;
      computer: Computer;
    }
  | { type: "resume"; computer: Computer; sampling: Sampling }
  | { type: "import"; file: File; computer: Computer; sampling: Sampling }
  | { type: "discard" } // throws away what is in the store
  | { type: "change"; wish: Wish } // settings, from the next step on
  | { type: "go back"; computer: Computer } // to the best checkpoint
  | { type: "export best" }
  | { type: "pause" }
  | { type: "continue" }
  | { type: "stop" }
  | { type: "save" } // the page may be about to go
  | { type: "export" } // a checkpoint
  | { type: "export weights"; kind: WeightsKind } // as other programs read them
  | { type: "sampling"; sampling: Sampling } // how to draw from now on
  | { type: "sample" } // draw one now
  | { type: "batch"; step: number } // what does the model lose on the tokens of this step's batch?
  | { type: "measure tensors"; on: boolean; opened: string | null } // from now on, or no more
  | { type: "watch"; question: Question | null } // look inside the model from now on; null: no more
  | { type: "time kernels"; on: boolean }; // from now on, or no more

/** From the worker to the page. */
export type Report =
  | RunEvent
  | { type: "found"; progress: Progress | null; damage: string[]; store: StoreState; gpu: FoundGpu }
  | { type: "preparing"; what: string; done: number } // done: 0 to 1
  | { type: "counted"; key: string; counts: (TokenCounts & { V: number }) | null; message: string } // null: the message says why
  | { type: "opened"; progress: Progress; history: History; store: StoreState; state: OpenedState }
  | { type: "baselines"; losses: number[]; targets: number } // of guessing from counts
  | { type: "series run"; index: number; progress: Progress } // the next of a series begins
  | { type: "series event"; event: RunEvent } // of the one that began last
  | { type: "series done" }
  | { type: "discarded" }
  | { type: "exported"; file: Blob; name: string };

/** Whether checkpoints can be kept: in this tab, in another one that is training now, or nowhere. */
export type StoreState = "ours" | "other tab" | "none";

/** What a run does that has just been opened: one whose steps are all done is finished. */
export type OpenedState = "running" | "paused" | "finished";

type Kind = "string" | "number" | "object" | "boolean" | "array";

const commands: Record<Command["type"], Record<string, Kind>> = {
  look: {},
  count: { key: "string", settings: "object" },
  start: { settings: "object", computer: "object", sampling: "object" },
  series: { settings: "array", computer: "object" },
  resume: { computer: "object", sampling: "object" },
  import: { file: "object", computer: "object", sampling: "object" },
  discard: {},
  change: { wish: "object" },
  "go back": { computer: "object" },
  "export best": {},
  pause: {},
  continue: {},
  stop: {},
  save: {},
  export: {},
  "export weights": { kind: "string" },
  sampling: { sampling: "object" },
  sample: {},
  batch: { step: "number" },
  "measure tensors": { on: "boolean" },
  watch: {},
  "time kernels": { on: "boolean" },
};

const reports: Record<Report["type"], Record<string, Kind>> = {
  found: { damage: "array", store: "string", gpu: "object" },
  preparing: { what: "string", done: "number" },
  counted: { key: "string", message: "string" },
  opened: { progress: "object", history: "object", store: "string", state: "string" },
  resumed: { progress: "object", history: "object", message: "string" },
  state: { state: "string" },
  step: { row: "object", tokens: "number" },
  kernels: {},
  tensors: { step: "number" },
  spread: { step: "number", spread: "object" },
  inside: { inside: "object", cost: "object" },
  changed: { settings: "object", changes: "array" },
  best: { row: "object" },
  score: { row: "object" },
  validation: { row: "object" },
  sample: { sample: "object", asked: "boolean" },
  writing: {},
  batch: { inspection: "object" },
  saved: { step: "number", bytes: "number" },
  "not saved": { message: "string" },
  baselines: { losses: "array", targets: "number" },
  "series run": { index: "number", progress: "object" },
  "series event": { event: "object" },
  "series done": {},
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
