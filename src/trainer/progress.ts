// Where a run stands, apart from its tensors: the part of a checkpoint that is JSON.

import { checkSettings, type Settings } from "./settings.ts";

export interface Progress {
  settings: Settings;
  /** What is trained on: its name, and the number of its tokens. */
  text: { name: string; train: number; validation: number };
  step: number; // updates done
  position: number; // of the data loader
  seconds: number; // spent in training, over all sittings
  drawn: number; // samples so far; the next one's random numbers begin from this count
  samples: Sample[]; // the latest
  losses: number; // rows in history.losses
  validations: number; // rows in history.validations
  savedAt: number; // milliseconds since 1970
}

export interface Sample {
  step: number;
  prompt: string;
  text: string; // what the model wrote after the prompt
}

const counts = ["step", "position", "drawn", "losses", "validations", "savedAt"] as const;

/** Whether what a file says of a run is complete and makes sense. */
export function isProgress(value: unknown): value is Progress {
  const progress = (value ?? {}) as Progress;
  try {
    checkSettings(progress.settings);
  } catch {
    return false;
  }
  const { text, samples } = progress;
  return (
    counts.every((name) => isCount(progress[name])) &&
    Number.isFinite(progress.seconds) &&
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
  const sample = (value ?? {}) as Sample;
  return (
    isCount(sample.step) && typeof sample.prompt === "string" && typeof sample.text === "string"
  );
}
