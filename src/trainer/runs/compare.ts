// What differs between runs, and what a run is called by it.

import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import { presets } from "@llm.ts/kernels/models.ts";
import { integer } from "../../page/numbers.ts";
import { changeSentence } from "../../training/changes.ts";
import { configOf, defaults, modelName, type Settings } from "../../training/settings.ts";
import type { KeptRun } from "./kept.ts";

/** What can differ between two runs. */
type Described = Pick<KeptRun, "settings" | "changes" | "text" | "weights" | "device">;

interface Facet {
  readonly label: string;
  readonly short: (value: string) => string; // in the name of a run
  readonly of: (run: Described) => unknown;
}

export interface Difference {
  readonly label: string;
  readonly values: readonly string[]; // one of each run
}

const after = (word: string) => (value: string) => `${word} ${value}`;
const bare = (value: string) => value;

function setting(
  name: keyof Settings,
  label: string,
  short: Facet["short"],
  usual?: unknown, // what holds where it is not given
): [string, Facet] {
  return [name, { label, short, of: ({ settings }) => settings[name] ?? usual }];
}

/** In the order in which they are told: what matters most to the losses comes first. */
const known = new Map<string, Facet>([
  ["model", { label: "Model", short: bare, of: ({ settings }) => modelOf(settings) }],
  ["V", { label: "Tokens that the model knows", short: after("V"), of: vocabularyOf }],
  [
    "maxT",
    {
      label: "Longest text, in tokens",
      short: after("maxT"),
      of: ({ settings }) => configOf(settings).maxT,
    },
  ],
  setting("task", "Task", bare, "none"),
  setting("vocabulary", "Vocabulary", bare, "GPT-2's"),
  setting(
    "vocabularySize",
    "Tokens in the vocabulary, at most",
    after("V"),
    "as many as there are",
  ),
  setting("learningRate", "Learning rate", after("rate")),
  [
    "steps",
    {
      label: "Steps",
      short: (value) => `${value} steps`,
      of: ({ settings }) => integer(settings.steps),
    },
  ],
  setting("B", "B, sequences in a batch", after("B")),
  setting("T", "T, tokens in a sequence", after("T")),
  setting("accumulation", "Batches in a step", (value) => `${value} batches a step`),
  setting("seed", "Seed", after("seed")),
  setting("warmup", "Warm-up steps", after("warm-up")),
  setting("finalRate", "Final rate, as a fraction", after("final rate")),
  setting("weightDecay", "Weight decay", after("decay")),
  setting("schedule", "Learning rate after the warm-up", after("schedule"), "cosine"),
  setting("patience", "Validations without a better one until it pauses", after("patience"), 0),
  setting("keepBest", "The best checkpoint kept", after("best kept"), false),
  setting("beta1", "beta1", after("beta1"), defaultOptimiser.beta1),
  setting("beta2", "beta2", after("beta2"), defaultOptimiser.beta2),
  setting("maxNorm", "Largest norm of the gradient", after("clip"), defaultOptimiser.maxNorm),
  setting("order", "Order of the data", after("order"), "shuffled"),
  ["changes", { label: "Changed on the way", short: bare, of: changesOf }],
  ["text", { label: "Text", short: bare, of: ({ text }) => text }],
  [
    "weights",
    {
      label: "Weights to begin with",
      short: after("from"),
      of: ({ weights }) => weights || "random numbers",
    },
  ],
  [
    "device",
    {
      label: "Computed by",
      short: bare,
      of: ({ device: { tier, adapter } }) => (adapter ? `${tier} on ${adapter}` : tier),
    },
  ],
  setting("recompute", "LayerNorm and GELU computed again", after("again"), false),
  setting("activations", "Activations kept in", after("activations"), "float32"),
  setting("weightFormat", "Matmul reads matrices in", after("matrices"), "float32"),
  setting("validateEvery", "Validate every … steps", after("validated every")),
  setting("validationBatches", "Batches to validate on", after("validation batches")),
  setting("sampleEvery", "Sample every … steps", after("sampled every")),
  setting("sampleLength", "Tokens in a sample", after("samples of")),
]);

/** A preset that has the vocabulary of its text is that preset still: the vocabulary is told apart. */
export function modelOf(settings: Settings): string {
  const [own, usual] = [configOf(settings), presets[settings.preset]];
  const same = own.L === usual.L && own.NH === usual.NH && own.C === usual.C;
  return same ? settings.preset : modelName(settings);
}

/** Of a vocabulary that is its text's own the size follows from what else is told. */
function vocabularyOf({ settings: { preset, sizes, vocabulary } }: Described): number {
  const fromText = vocabulary !== undefined && vocabulary !== "published";
  return (fromText ? presets[preset] : configOf({ preset, sizes })).V;
}

function changesOf({ changes }: Described): string {
  const told = changes.map(
    (change) => `${changeSentence(change)} after step ${integer(change.step)}`,
  );
  return told.join("; ") || "nothing";
}

const inModel = ["preset", "sizes"]; // settings that its name tells

/** The known ones, and the settings of these runs that are not among them, by their names. */
function facetsOf(runs: readonly Described[]): Facet[] {
  const names = new Set(runs.flatMap(({ settings }) => Object.keys(settings)));
  const others = [...names].filter((name) => !known.has(name) && !inModel.includes(name));
  return [
    ...known.values(),
    ...others.map((name) => setting(name as keyof Settings, name, after(name))[1]),
  ];
}

/** What differs between the runs, and of each what it is. */
export function differences(runs: readonly Described[]): Difference[] {
  return facetsOf(runs)
    .map(({ label, of }) => ({ label, values: runs.map((run) => say(of(run))) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** In the fewest words what sets a run apart from another. */
function apart(run: Described, from: Described): string[] {
  return facetsOf([run, from])
    .filter(({ of }) => say(of(run)) !== say(of(from)))
    .map(({ short, of }) => short(say(of(run))));
}

const mostWords = 3; // things that are told in a name

/**
 * A name for a run that no other has: its model, and what sets it apart from the run that it is most like, or from the
 * usual settings where no other has this model.
 */
export function nameOf(run: Described, others: readonly (Described & { name: string })[]): string {
  const model = modelOf(run.settings);
  const alike = others
    .filter(({ settings }) => modelOf(settings) === model)
    .map((other) => ({ other, words: apart(run, other) }))
    .sort((a, b) => a.words.length - b.words.length)
    .at(0);
  const { preset, sizes } = run.settings;
  const isPreset = !sizes || model === preset;
  const own = isPreset ? {} : { sizes: { ...sizes, V: vocabularyOf(run) } };
  const usual = { ...run, settings: { ...defaults[preset], ...own } };
  const words = alike?.words ?? apart(run, usual);
  const name =
    alike && words.length === 0
      ? alike.other.name.replace(/ \(\d+\)$/, "") // the same once more
      : [model, ...words.slice(0, mostWords)].join(", ");
  const taken = new Set(others.map(({ name }) => name));
  let unique = name;
  for (let i = 2; taken.has(unique); i++) unique = `${name} (${i})`;
  return unique;
}

/** Why the losses of these runs say little about each other, in a sentence; "" where they can be compared. */
export function caution(runs: readonly Described[]): string {
  const differ = (of: (run: Described) => unknown) => new Set(runs.map(of)).size > 1;
  if (differ(({ settings }) => configOf(settings).V)) {
    return "These runs have vocabularies of different sizes, so a loss for a token means something else in each.";
  }
  if (differ(({ text }) => text)) {
    return "These runs learn from different texts, so their losses tell as much of the texts as of the settings.";
  }
  if (differ(({ settings: { B, T, validationBatches } }) => [B * validationBatches, T].join())) {
    return "These runs are not validated on the same targets, so a small difference in their validation losses means nothing.";
  }
  return "";
}

function say(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value ?? "not given");
}
