// Where a run stands, apart from its tensors: the part of a checkpoint that is JSON.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { isChange } from "./changes.ts";
import { readMetadata } from "./checkpoint.ts";
import { isChoice } from "./choice.ts";
import type { Change, ScoreRow } from "./history.ts";
import { checkSettings, configOf, type Settings } from "./settings.ts";
import { isTier, type Tier } from "./tiers.ts";
import { isOwnVocabulary, type OwnVocabulary, sizeOf } from "./tokenizers.ts";

/** What a run is computed by. The forms of kernels belong to it: with others the last bits would differ. */
export interface DeviceNote {
  tier: Tier;
  adapter: string; // name of the GPU; "" without one
  choice: Choice | null; // of kernels; null without a GPU
  simd?: "relaxed" | "plain"; // of WebAssembly: whether it multiplies and adds in one instruction, which rounds once
  threads?: number; // of WebAssembly: any number gives the same bits
}

export interface Progress {
  settings: Settings; // that the next step is taken with
  changes?: Change[]; // of them until then
  begun?: number; // when the run began, by which it is known, in milliseconds since 1970; not in older checkpoints
  scores?: ScoreRow[]; // of a task
  vocabulary?: OwnVocabulary; // without it GPT-2's
  /** What is trained on: its name, and the number of its tokens. */
  text: { name: string; train: number; validation: number };
  device: DeviceNote;
  weights: string; // what they were at the beginning: "" for random numbers, else the name of a file
  step: number; // updates done
  position: number; // of the data loader
  seconds: number; // spent in training, over all sittings
  drawn: number; // samples so far; the next one's random numbers begin from this count
  samples: Sample[]; // spread over the run, the first and the last among them
  losses: number; // rows in history.losses
  validations: number; // rows in history.validations
  savedAt: number; // milliseconds since 1970
}

export interface Sample {
  step: number;
  prompt: string;
  text: string; // what the model wrote after the prompt
  ends?: number[]; // places in it where <|endoftext|> is the token; not in checkpoints from before it was noted
}

/** A batch, and what the model loses on each of its tokens. */
export interface Inspection {
  step: number; // whose batch it is
  at: number; // the step after which the model was asked
  mean: number; // loss over the whole batch
  B: number; // texts in it
  /** Of each text the token that is given, then each that is guessed, and its loss. */
  texts: { first: string; tokens: string[]; losses: number[] }[];
}

const counts = ["step", "position", "drawn", "losses", "validations", "savedAt"] as const;

/**
 * Reads how far the run of a checkpoint had come, without reading its tensors.
 *
 * @throws FormatError if this is not a checkpoint, if it does not have the length that its header asks for, or if what it
 *   says of the run is incomplete
 */
export async function readProgress(source: Source): Promise<Progress> {
  const progress = await readMetadata(source);
  if (!isProgress(progress)) throw new FormatError("what it says of the run is incomplete");
  return progress;
}

/** Whether what a file says of a run is complete and makes sense. */
export function isProgress(value: unknown): value is Progress {
  const progress = (value ?? {}) as Progress;
  try {
    checkSettings(progress.settings);
  } catch {
    return false;
  }
  const { text, samples, device, changes = [], scores = [], vocabulary } = progress;
  return (
    counts.every((name) => isCount(progress[name])) &&
    (progress.begun === undefined || isCount(progress.begun)) &&
    Number.isFinite(progress.seconds) &&
    Array.isArray(changes) &&
    changes.every(isChange) &&
    Array.isArray(scores) &&
    scores.every((row) => [row?.step, row?.right, row?.asked].every(isCount)) &&
    (vocabulary?.kind ?? undefined) === progress.settings.vocabulary &&
    (vocabulary === undefined ||
      (isOwnVocabulary(vocabulary) &&
        [undefined, configOf(progress.settings).V].includes(sizeOf(vocabulary)))) &&
    isTier(device?.tier) &&
    typeof device.adapter === "string" &&
    (device.choice === null || isChoice(device.choice)) &&
    [undefined, "relaxed", "plain"].includes(device.simd) &&
    (device.threads === undefined || isCount(device.threads)) &&
    typeof progress.weights === "string" &&
    typeof text?.name === "string" &&
    isCount(text.train) &&
    isCount(text.validation) &&
    Array.isArray(samples) &&
    samples.every((sample) => isSample(sample))
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSample(value: unknown): value is Sample {
  const { step, prompt, text, ends = [] } = (value ?? {}) as Sample;
  return (
    isCount(step) &&
    typeof prompt === "string" &&
    typeof text === "string" &&
    Array.isArray(ends) &&
    ends.every(isCount)
  );
}
