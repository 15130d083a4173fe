// What a reader chooses before a run, and what is right of it.

import type { ActivationFormat } from "@llm.ts/kernels/model/architecture.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import {
  activationFormats,
  type TrainedFormat,
  trainedFormats,
} from "@llm.ts/kernels/model/memory.ts";
import {
  type Config,
  checkConfig,
  isLlama,
  kindOf,
  type Preset,
  presets,
} from "@llm.ts/kernels/models.ts";
import { longestProblem, type TaskName, taskNames } from "./tasks.ts";

export interface Settings {
  preset: Preset;
  sizes?: Config; // of a model that is no preset: that of a file with weights, or one whose vocabulary is its text's own
  task?: TaskName; // what is trained on, in place of a text
  vocabulary?: "characters" | "pairs" | "published"; // of the text's own, or the model's; without it GPT-2's, or as much of it as the model knows
  vocabularySize?: number; // of pairs, at most
  B: number; // sequences in a batch
  T: number; // tokens in a sequence
  accumulation: number; // batches whose gradients are added up before one update
  recompute?: boolean; // see the model's Options; not in checkpoints from before there was the choice, which keep all
  activations?: ActivationFormat; // in which large ones are kept, see the model's Options; without it float32
  weightFormat?: TrainedFormat; // in which matmul reads matrices, see the model's Options; without it float32
  steps: number; // updates until the run is over
  learningRate: number; // at its highest
  warmup: number; // steps in which the learning rate rises to it from 0
  finalRate: number; // part of it that is left at the last step
  weightDecay: number;
  beta1?: number; // of AdamW; without it GPT-3's
  beta2?: number; // likewise
  maxNorm?: number; // of the gradient; 0: it is not clipped; without it GPT-3's
  schedule?: ScheduleName; // of the learning rate after the warm-up; without it half a cosine
  patience?: number; // validations without a better one until the run pauses; without it, or with 0, it never does
  keepBest?: boolean; // whether the checkpoint with the best validation loss is kept beside the last; without it not
  order?: Order; // of the data; without it they are shuffled
  seed: number; // of the initial weights, of the order of the data, and of the samples
  validateEvery: number; // steps
  validationBatches: number; // always the same ones
  sampleEvery: number; // steps
  sampleLength: number; // tokens
}

/**
 * The order in which a text's windows are dealt: shuffled window by window, with the run's seed; as llm.c shuffles batches;
 * or as they come in the text.
 */
export type Order = "shuffled" | "llm.c" | "text";

/** How the learning rate goes from its highest to its final part: along half a cosine, along a line, or not at all. */
export type ScheduleName = "cosine" | "linear" | "constant";

export const schedules: readonly ScheduleName[] = ["cosine", "linear", "constant"];

export const orders: readonly Order[] = ["shuffled", "llm.c", "text"];

/** How the next samples are drawn. It can be changed while training, and changes nothing of the training. */
export interface Sampling {
  prompt: string;
  temperature: number;
  topK: number;
  topP: number;
  length?: number; // tokens; without it as the run's settings say
  stop?: boolean; // whether to end with <|endoftext|>, where the model writes that
}

/** A setting that cannot be used. `setting` names it, so that the page can point at it. */
export class SettingsError extends Error {
  override name = "SettingsError";
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

const common = {
  accumulation: 1,
  finalRate: 0.05,
  weightDecay: 0.1,
  seed: 1337,
  sampleLength: 64,
};

/**
 * Settings with which each preset learns well, at a pace that a reader can watch where its size allows it. The small ones
 * validate on 8,192 tokens, enough to be told from a table of counts: the first 1,024 of the plays are harder than most.
 */
const gpt2Defaults = {
  tiny: {
    ...{ preset: "tiny", B: 4, T: 64, steps: 8000, learningRate: 2e-3, warmup: 100 },
    ...{ ...common, validationBatches: 32, validateEvery: 200, sampleEvery: 200 },
  },
  small: {
    ...{ preset: "small", B: 4, T: 128, steps: 4000, learningRate: 1.5e-3, warmup: 100 },
    ...{ ...common, validationBatches: 16, validateEvery: 100, sampleEvery: 100 },
  },
  medium: {
    ...{ preset: "medium", B: 2, T: 256, steps: 4000, learningRate: 6e-4, warmup: 100 },
    ...{ ...common, validationBatches: 16, validateEvery: 100, sampleEvery: 100 },
  },
  "gpt2-124M": {
    ...{ preset: "gpt2-124M", B: 1, T: 64, steps: 1000, learningRate: 3e-4, warmup: 20 },
    ...{ ...common, validationBatches: 8, sampleLength: 16, validateEvery: 20, sampleEvery: 20 },
  },
} as const satisfies Partial<Record<Preset, Settings>>;

/** Llamas have those of the GPT-2 that has as many parameters, so that the two curves can be laid over each other. */
export const defaults: Record<Preset, Settings> = {
  ...gpt2Defaults,
  "llama-tiny": { ...gpt2Defaults.tiny, preset: "llama-tiny" },
  "llama-small": { ...gpt2Defaults.small, preset: "llama-small" },
  "llama-medium": { ...gpt2Defaults.medium, preset: "llama-medium" },
};

/** The warm-up where nobody has chosen one: the preset's, or as much of it as comes before the last step. */
export function usualWarmup({ preset, steps }: Pick<Settings, "preset" | "steps">): number {
  return Math.min(defaults[preset].warmup, Math.max(0, steps - 1));
}

export const defaultSampling: Sampling = { prompt: "", temperature: 0.9, topK: 40, topP: 1 };

/** The settings that are numbers. */
export type NumberSetting = Exclude<
  keyof Settings,
  | "preset"
  | "sizes"
  | "task"
  | "vocabulary"
  | "vocabularySize"
  | "recompute"
  | "activations"
  | "weightFormat"
  | "order"
  | "schedule"
  | "patience"
  | "keepBest"
  | "beta1"
  | "beta2"
  | "maxNorm"
>;

const names: Record<keyof Settings, true> = {
  ...{
    preset: true,
    sizes: true,
    task: true,
    vocabulary: true,
    vocabularySize: true,
    B: true,
    T: true,
    accumulation: true,
    recompute: true,
    activations: true,
    weightFormat: true,
  },
  ...{ steps: true, learningRate: true, warmup: true, finalRate: true, weightDecay: true },
  ...{
    beta1: true,
    beta2: true,
    schedule: true,
    patience: true,
    keepBest: true,
    maxNorm: true,
    order: true,
    seed: true,
    validateEvery: true,
  },
  ...{ validationBatches: true, sampleEvery: true, sampleLength: true },
};

/** All of them, as they are called. */
export const settingNames = Object.keys(names) as (keyof Settings)[];

/** Settings of a model with a vocabulary of V tokens. */
export function withVocabulary(settings: Settings, V: number): Settings {
  const sizes = { ...configOf(settings), V, Vp: paddedVocabulary(V) };
  return { ...settings, sizes };
}

/** The sizes of the model that is trained. */
export function configOf({ preset, sizes }: Pick<Settings, "preset" | "sizes">): Config {
  return sizes ?? presets[preset];
}

/** What of a Llama can differ from a preset of the same L, NH and C, in the order in which it is said. */
const differences = ["norm", "positions", "mlp", "NKV", "F"] as const;

/** What the model is called. */
export function modelName({ preset, sizes }: Pick<Settings, "preset" | "sizes">): string {
  const known: Config = presets[preset];
  if (!sizes) return preset;
  const isSame =
    kindOf(sizes) === kindOf(known) &&
    (["L", "NH", "C"] as const).every((size) => sizes[size] === known[size]);
  if (!isSame) return `a ${kindOf(sizes)} of L = ${sizes.L}, NH = ${sizes.NH}, C = ${sizes.C}`;
  if (!isLlama(sizes) || !isLlama(known)) return preset;
  const other = differences.filter((name) => sizes[name] !== known[name]);
  if (other.length === 0) return preset;
  return `${preset} with ${other.map((name) => `${name} = ${sizes[name]}`).join(", ")}`;
}

type Range = readonly [what: string, least: number, most: number, whole?: "whole"];

const ranges: Record<NumberSetting, Range> = {
  B: ["B, the number of sequences in a batch,", 1, 256, "whole"],
  T: ["T, the number of tokens in a sequence,", 1, 1024, "whole"], // and at most maxT
  accumulation: ["the number of batches in a step", 1, 256, "whole"],
  steps: ["the number of steps", 1, 1_000_000, "whole"],
  learningRate: ["the learning rate", 1e-8, 1],
  warmup: ["the number of warm-up steps", 0, 1_000_000, "whole"],
  finalRate: ["the final part of the learning rate", 0, 1],
  weightDecay: ["the weight decay", 0, 1],
  seed: ["the seed", 0, 2 ** 32 - 1, "whole"],
  validateEvery: ["the number of steps between validations", 1, 1_000_000, "whole"],
  validationBatches: ["the number of validation batches", 1, 1000, "whole"],
  sampleEvery: ["the number of steps between samples", 1, 1_000_000, "whole"],
  sampleLength: ["the length of a sample", 1, 1024, "whole"],
};

export const isNumberSetting = (name: string): name is NumberSetting => Object.hasOwn(ranges, name);

/**
 * Checks settings, whether they come from the form or from a file.
 *
 * @throws SettingsError naming the first that is wrong, what it is and what it could be
 */
export function checkSettings(value: unknown): Settings {
  const settings = (value ?? {}) as Settings;
  if (!Object.hasOwn(presets, String(settings.preset))) {
    const names = Object.keys(presets).join(", ");
    throw new SettingsError("preset", `the preset is ${settings.preset}; choose one of ${names}`);
  }
  checkVocabulary(settings);
  checkModel(settings);
  const { maxT } = configOf(settings);
  if (settings.T > maxT) {
    throw new SettingsError(
      "T",
      `T is ${settings.T}, but ${modelName(settings)} reads at most ${maxT}: choose ${maxT} or fewer tokens`,
    );
  }
  for (const name of Object.keys(ranges) as NumberSetting[]) {
    const [what, least, most, whole] = ranges[name];
    checkRange(name, settings[name], [what, least, name === "T" ? maxT : most, whole]);
  }
  if (settings.recompute !== undefined && typeof settings.recompute !== "boolean") {
    throw new SettingsError(
      "recompute",
      `whether layernorm and GELU are computed again is ${settings.recompute}; choose true or false`,
    );
  }
  const { activations, weightFormat } = settings;
  if (activations !== undefined && !activationFormats.includes(activations)) {
    throw new SettingsError(
      "activations",
      `the format of activations is ${activations}; choose one of ${activationFormats.join(", ")}`,
    );
  }
  if (weightFormat !== undefined && !trainedFormats.includes(weightFormat)) {
    throw new SettingsError(
      "weightFormat",
      `the format in which matmul reads matrices is ${weightFormat}; choose one of ${trainedFormats.join(", ")}`,
    );
  }
  const { beta1, beta2, maxNorm, order, schedule, patience, keepBest } = settings;
  if (keepBest !== undefined && typeof keepBest !== "boolean") {
    throw new SettingsError(
      "keepBest",
      `whether the best checkpoint is kept is ${keepBest}; choose true or false`,
    );
  }
  if (beta1 !== undefined) checkRange("beta1", beta1, ["beta1", 0, 0.999999]);
  if (patience !== undefined) {
    checkRange("patience", patience, ["the number of validations", 0, 1000, "whole"]);
  }
  if (schedule !== undefined && !schedules.includes(schedule)) {
    throw new SettingsError(
      "schedule",
      `the schedule is ${schedule}; choose one of ${schedules.join(", ")}`,
    );
  }
  if (beta2 !== undefined) checkRange("beta2", beta2, ["beta2", 0, 0.999999]);
  if (maxNorm !== undefined) checkRange("maxNorm", maxNorm, ["the largest norm", 0, 1e9]);
  if (order !== undefined && !orders.includes(order)) {
    throw new SettingsError(
      "order",
      `the order of the data is ${order}; choose one of ${orders.join(", ")}`,
    );
  }
  if (settings.warmup >= settings.steps) {
    throw new SettingsError(
      "warmup",
      `the warm-up takes ${settings.warmup} steps, but the whole run has ${settings.steps}: choose fewer`,
    );
  }
  return settings;
}

/**
 * Checks how samples are to be drawn.
 *
 * @throws SettingsError as `checkSettings` does
 */
export function checkSampling(value: unknown): Sampling {
  const sampling = (value ?? {}) as Sampling;
  if (typeof sampling.prompt !== "string" || sampling.prompt.length > 2000) {
    throw new SettingsError("prompt", "the prompt is too long: give at most 2,000 characters");
  }
  checkRange("temperature", sampling.temperature, ["the temperature", 0, 10]);
  checkRange("topK", sampling.topK, ["top-k", 1, 50257, "whole"]);
  checkRange("topP", sampling.topP, ["top-p", 0.01, 1]);
  const { length, stop } = sampling;
  if (length !== undefined) checkRange("length", length, ranges.sampleLength);
  if (stop !== undefined && typeof stop !== "boolean") {
    throw new SettingsError("stop", `whether to stop is ${stop}; choose true or false`);
  }
  return sampling;
}

function checkVocabulary({ task, vocabulary, vocabularySize, T }: Settings): void {
  if (vocabulary !== undefined && !["characters", "pairs", "published"].includes(vocabulary)) {
    throw new SettingsError(
      "vocabulary",
      `the vocabulary is ${vocabulary}; choose characters, pairs or none`,
    );
  }
  if (vocabulary === "pairs") {
    checkRange("vocabularySize", vocabularySize, [
      "the size of the vocabulary",
      257,
      8192,
      "whole",
    ]);
  }
  if (task === undefined) return;
  if (!taskNames.includes(task)) {
    throw new SettingsError("task", `the task is ${task}; choose one of ${taskNames.join(", ")}`);
  }
  if (vocabulary !== "characters") {
    throw new SettingsError("vocabulary", "a task has the vocabulary of its characters");
  }
  if (T < longestProblem(task)) {
    throw new SettingsError(
      "T",
      `T is ${T}, but a problem of this task has up to ${longestProblem(task)} tokens: choose that many or more`,
    );
  }
}

/** Texts are encoded in GPT-2's vocabulary, or in the beginning of it, but for models that have a tokenizer of their own. */
export const vocabularies = { least: 257, most: 50257 };

/** Tokens that a published model may know: their ids are kept in 16 bits. */
export const mostTokens = 65_536;

function checkModel({ sizes, vocabulary }: Settings): void {
  if (sizes === undefined) return;
  try {
    checkConfig(sizes);
  } catch (error) {
    throw new SettingsError(
      "sizes",
      `the sizes of the model are none: ${(error as Error).message}`,
    );
  }
  const published = vocabulary === "published";
  const most = published ? mostTokens : vocabularies.most;
  const least = published || vocabulary === "characters" ? 2 : vocabularies.least;
  checkRange("sizes", sizes.V, ["V, the number of tokens that the model knows,", least, most]);
}

function checkRange(name: string, value: unknown, [what, least, most, whole]: Range): void {
  const kind = whole ? "a whole number" : "a number";
  const fits = typeof value === "number" && value >= least && value <= most;
  if (!fits || (whole && !Number.isInteger(value))) {
    const given = typeof value === "number" && !Number.isNaN(value) ? `is ${value}` : "is missing";
    throw new SettingsError(name, `${what} ${given}; choose ${kind} from ${least} to ${most}`);
  }
}
