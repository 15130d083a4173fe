// npm run train: what llm.c's train_gpt2 does, and what a run needs that goes on for days: checkpoints, and going on from one.

import { existsSync } from "node:fs";
import { activationFormats, trainedFormats } from "@llm.ts/kernels/model/memory.ts";
import { type Config, isLlama, type Preset, presets } from "@llm.ts/kernels/models.ts";
import { changesOf } from "../training/changes.ts";
import { verifyCheckpoint } from "../training/checkpoint.ts";
import { type OpenWeights, vocabularyToTrain } from "../training/opening.ts";
import { planRun } from "../training/plan.ts";
import { type DeviceNote, readProgress } from "../training/progress.ts";
import { Run } from "../training/run.ts";
import { Session } from "../training/session.ts";
import {
  checkSampling,
  checkSettings,
  configOf,
  orders,
  type Sampling,
  type Settings,
  withVocabulary,
} from "../training/settings.ts";
import { type TaskName, taskNames } from "../training/tasks.ts";
import { textOfTask } from "../training/tasktext.ts";
import { type PublishedVocabulary, sizeOf } from "../training/tokenizers.ts";
import { backendFlags, type Computer, nameOf, openBackend } from "./backends.ts";
import { asUsage, type Command, type Flags, positive, UsageError } from "./command.ts";
import { fileAt, withWeights } from "./convert.read.ts";
import { checkOut, openFile, pathOf, reading } from "./files.ts";
import { FileKeeper } from "./keeper.ts";
import { createReporter, type Reporter } from "./report.ts";
import { readTextFor } from "./texts.ts";

const largest = Number.MAX_SAFE_INTEGER;
const any = Number.POSITIVE_INFINITY;

/** What belongs to the beginning of a run. A checkpoint has it, so it cannot be changed with --resume. */
const beginFlags = {
  model: {
    takes: "NAME",
    says: `${Object.keys(presets).join(", ")} with random weights; or a file: a checkpoint of\nllm.c (.bin), safetensors, GGUF, a checkpoint of this command or of the site; or a folder of\nHugging Face's. Default: tiny`,
  },
  train: {
    takes: "FILE",
    says: "tokens to train on, a token file of llm.c. Default: tiny Shakespeare",
  },
  val: { takes: "FILE", says: "tokens to measure the loss on, likewise" },
  text: { takes: "FILE", says: "a text in UTF-8 for both instead, encoded here" },
  vocabulary: {
    takes: "NAME",
    choices: ["characters", "pairs"],
    says: "the tokens of --text: its characters, or byte pairs learned from it. Default: GPT-2's,\nor those that the model in --model came with",
  },
  "vocabulary-size": {
    takes: "N",
    range: [257, 8192, "whole"],
    says: "of byte pairs, at most. Default: 1024",
  },
  task: {
    takes: "NAME",
    choices: taskNames,
    says: "problems with known answers instead of a text: how many it gets is counted",
  },
  L: { takes: "N", range: positive, says: "layers, with random weights. Default: the model's" },
  NH: { takes: "N", range: positive, says: "heads, likewise" },
  C: { takes: "N", range: positive, says: "channels, likewise" },
  NKV: { takes: "N", range: positive, says: "heads of keys and values, of a Llama" },
  F: { takes: "N", range: positive, says: "channels within the MLP, likewise" },
  norm: { takes: "NAME", choices: ["rmsnorm", "layernorm"], says: "how it norms, likewise" },
  positions: { takes: "NAME", choices: ["rope", "learned"], says: "how it tells places, likewise" },
  mlp: { takes: "NAME", choices: ["swiglu", "geglu", "gelu"], says: "how its MLP bends, likewise" },
  B: { takes: "N", range: positive, says: "texts in a batch. Default: 4" },
  T: { takes: "N", range: positive, says: "tokens in each. Default: 64" },
  accumulation: {
    takes: "N",
    range: positive,
    says: "batches whose gradients are added up for one step. Default: 1",
  },
  lr: { takes: "X", range: [0, any], says: "learning rate, at its highest. Default: 1e-4" },
  warmup: {
    takes: "N",
    range: [0, largest, "whole"],
    says: "steps in which it rises to that. Default: 0",
  },
  "final-rate": {
    takes: "X",
    range: [0, 1],
    says: "part of it that is left in the end, along half a cosine. Default: 1, all of it",
  },
  decay: { takes: "X", range: [0, any], says: "weight decay, of matrices. Default: 0" },
  beta2: { takes: "X", range: [0, 1], says: "of AdamW. Default: 0.999" },
  clip: {
    takes: "X",
    range: [0, any],
    says: "largest norm of the gradient. Default: 0, not clipped",
  },
  order: {
    takes: "NAME",
    choices: orders,
    says: "of the batches: llm.c (batches shuffled as llm.c does), text (as they come), shuffled\n(in pieces of T tokens, as the site does). Default: llm.c",
  },
  seed: {
    takes: "N",
    range: [0, 2 ** 32 - 1, "whole"],
    says: "of random weights, order and samples. Default: 1337",
  },
  recompute: { says: "compute layernorm and GELU again in the backward pass, to save memory" },
  activations: {
    takes: "FORMAT",
    choices: activationFormats,
    says: "in which large activations wait for the backward pass: bfloat16 and float16 take half\nthe memory, and round the gradients. Default: float32",
  },
  weights: {
    takes: "FORMAT",
    choices: trainedFormats,
    says: "in which matmul reads matrices: bfloat16 and float16 are copies, packed again after each\nupdate of the float32 ones, half as many bytes to load, and so much more memory.\nDefault: float32",
  },
} as const;

const flags = {
  ...beginFlags,
  steps: { takes: "N", range: positive, says: "steps in all. Default: 40" },
  "val-every": {
    takes: "N",
    range: positive,
    says: "steps between validations. Default: 10",
  },
  "val-batches": {
    takes: "N",
    range: positive,
    says: "batches in one, always the same. Default: 5",
  },
  "sample-every": {
    takes: "N",
    range: [0, largest, "whole"],
    says: "steps between samples; 0: none. Default: 20",
  },
  "sample-length": { takes: "N", range: positive, says: "tokens in one. Default: 64" },
  prompt: { takes: "TEXT", says: "what a sample begins with. Default: nothing" },
  temperature: { takes: "X", range: [0, any], says: "of samples. Default: 1" },
  "top-k": {
    takes: "N",
    range: positive,
    says: "likeliest tokens to draw from. Default: all",
  },
  "top-p": {
    takes: "X",
    range: [0, 1],
    says: "probability of the likeliest to draw from. Default: 1",
  },
  save: {
    takes: "FILE",
    says: "where to write checkpoints: after the first step, every half minute, and at the end",
  },
  "save-every": {
    takes: "N",
    range: positive,
    says: "steps between them, instead of half a minute",
  },
  resume: {
    takes: "FILE",
    says: "go on with the run of a checkpoint, and save to it if --save names no other",
  },
  force: { says: "writes over what --save names if it exists" },
  json: { says: "print one JSON object a line" },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

/** What only a Llama has, each to be changed alone. */
const sizesOfLlama = ["NKV", "F"] as const;
const partsOfLlama = ["norm", "positions", "mlp"] as const;
/** What of a model with random weights is not its preset's. */
const ownFlags = ["L", "NH", "C", ...sizesOfLlama, ...partsOfLlama] as const;

export const train: Command<Name> = {
  name: "train",
  does: `Trains a GPT-2, or a Llama. The defaults are those of llm.c's train_gpt2: from the same checkpoint, on the same token files, it deals
the same batches and has the same losses. Ctrl-C and SIGTERM write a checkpoint before the end.`,
  takes: [],
  flags,
  examples: [
    "--model gpt2_124M.bin --save run.safetensors",
    "--model tiny --steps 2000 --lr 2e-3 --warmup 50 --final-rate 0.1 --decay 0.1 --clip 1 --beta2 0.95",
    "--model llama-tiny --norm layernorm",
    "--resume run.safetensors --steps 4000",
  ],
  run: trainOrResume,
};

/** A session that is ready for its next step, and what computes it. */
interface Opened {
  readonly session: Session<unknown, unknown>;
  readonly computer: Computer;
  readonly keeper: FileKeeper | null;
}

async function trainOrResume(flags: Flags<Name>): Promise<number> {
  const reporter = createReporter(flags.on("json"));
  const sampling = samplingOf(flags);
  checkSave(flags);
  const { session, computer, keeper } = flags.has("resume")
    ? await resume(flags, reporter)
    : await begin(flags, reporter);
  try {
    return await runToEnd(session, sampling, keeper, flags.number("save-every") ?? null, reporter);
  } finally {
    reporter.end();
    computer.close();
  }
}

/**
 * Finds out before the first step whether checkpoints can be written where they are to be, and that nothing is lost by it.
 *
 * @throws UsageError if flags about checkpoints do not go together; Error if there is no such folder, or something else is there
 */
function checkSave(flags: Flags<Name>): void {
  const [save, resumed] = [flags.text("save"), flags.text("resume")];
  for (const name of ["save-every", "force"] as const) {
    if (flags.has(name) && save === undefined && (name === "force" || resumed === undefined)) {
      throw new UsageError(`--${name} is about the checkpoints of --save, and none is given`);
    }
  }
  if (save === undefined) return;
  if (save === "") throw new UsageError("--save is empty, expected the name of a file");
  const path = pathOf(save);
  checkOut(path);
  if (!existsSync(path) || (resumed !== undefined && pathOf(resumed) === path)) return;
  if (flags.on("force")) return;
  throw new Error(
    `${path} exists: name another --save, go on with it by --resume if it is a run's, or say --force to write over it`,
  );
}

/** Begins with the model that --model names: a preset, or what is in a file. */
async function begin(flags: Flags<Name>, reporter: Reporter): Promise<Opened> {
  const name = flags.text("model") ?? "tiny";
  if (Object.hasOwn(presets, name)) return beginWith(flags, reporter, name, null);
  return withWeights(fileAt(pathOf(name)), undefined, (stored) =>
    beginWith(flags, reporter, name, stored),
  );
}

async function beginWith(
  flags: Flags<Name>,
  reporter: Reporter,
  name: string,
  stored: OpenWeights | null,
): Promise<Opened> {
  if (stored?.own) {
    throw new UsageError(
      `${name} has a vocabulary of its own, the ${stored.own.kind} of its text, which no other text is encoded in: go on with its run by --resume`,
    );
  }
  const published = stored ? await reading(pathOf(name), () => tokensOf(stored, flags)) : undefined;
  const sizes = stored?.config ?? ownSizes(flags, name as Preset);
  const own = ownFlags.find((size) => flags.has(size));
  if (stored && own) {
    throw new UsageError(`--${own}: the model in ${name} has sizes of its own. Leave --${own} out`);
  }
  const task = flags.text("task") as TaskName | undefined;
  if (task && (stored || ["train", "val", "text"].some((each) => flags.has(each as Name)))) {
    throw new UsageError(
      "--task is a text of its own, with a vocabulary of its own: leave --text, --train, --val and a file as --model out",
    );
  }
  const vocabulary = ownVocabulary(flags, stored !== null);
  const asked = checked({
    preset: stored ? "tiny" : (name as Preset),
    ...(sizes && { sizes }),
    ...(task && { task, vocabulary: "characters" }),
    ...(published ? { vocabulary: "published" } : vocabulary),
    B: flags.number("B") ?? 4,
    T: flags.number("T") ?? 64,
    accumulation: flags.number("accumulation") ?? 1,
    recompute: flags.on("recompute"),
    ...(flags.has("activations") && {
      activations: flags.text("activations") as Settings["activations"],
    }),
    ...(flags.has("weights") && {
      weightFormat: flags.text("weights") as Settings["weightFormat"],
    }),
    learningRate: flags.number("lr") ?? 1e-4,
    warmup: flags.number("warmup") ?? 0,
    finalRate: flags.number("final-rate") ?? 1,
    weightDecay: flags.number("decay") ?? 0,
    beta2: flags.number("beta2") ?? 0.999,
    maxNorm: flags.number("clip") ?? 0,
    order: (flags.text("order") as Settings["order"]) ?? "llm.c",
    seed: flags.number("seed") ?? 1337,
    ...pace(flags, {
      steps: 40,
      validateEvery: 10,
      validationBatches: 5,
      sampleEvery: 20,
      sampleLength: 64,
    }),
  });
  const { B, T, seed } = asked;
  const text = task
    ? textOfTask(task, seed)
    : await readTextFor(
        { train: flags.text("train"), val: flags.text("val"), text: flags.text("text") },
        { V: configOf(asked).V, B, T },
        vocabulary,
        published,
      );
  const V = text.vocabulary && sizeOf(text.vocabulary);
  const settings = V === undefined ? asked : withVocabulary(asked, V);
  const { plan, computer } = await openFor(flags, settings);
  const session = new Session(computer.backend, plan, text, computer.note);
  if (stored) await reading(pathOf(name), () => session.beginWith(name, stored));
  await session.ready();
  for (const note of stored?.notes ?? []) reporter.notice(note);
  const weights = stored ? `${name}, ${stored.says}` : `random, seed ${settings.seed}`;
  const save = flags.text("save");
  const keeper = save === undefined ? null : new FileKeeper(pathOf(save));
  reporter.header({
    plan,
    text,
    weights,
    computer: nameOf(computer),
    step: 0,
    save: keeper?.path ?? null,
  });
  return { session, computer, keeper };
}

/**
 * The tokens that a model came with; undefined where they are GPT-2's, or token files say what they are.
 *
 * @throws FormatError if they are needed and not known
 */
function tokensOf(stored: OpenWeights, flags: Flags<Name>): PublishedVocabulary | undefined {
  const encoded = flags.has("train") || flags.has("val");
  const told = stored.published || stored.otherTokens;
  return encoded && !told ? undefined : vocabularyToTrain(stored);
}

/** The vocabulary that is to be made from the text, and how large; nothing where it is GPT-2's. */
function ownVocabulary(
  flags: Flags<Name>,
  stored: boolean,
): Pick<Settings, "vocabulary" | "vocabularySize"> {
  const kind = flags.text("vocabulary") as Settings["vocabulary"];
  const size = flags.number("vocabulary-size");
  if (size !== undefined && kind !== "pairs") {
    throw new UsageError("--vocabulary-size is that of --vocabulary pairs: give both");
  }
  if (kind === undefined) return {};
  if (stored || !flags.has("text")) {
    throw new UsageError(
      "--vocabulary is made from the text of --text, for a model with random weights: give a --text, and no file as --model",
    );
  }
  return kind === "pairs"
    ? { vocabulary: kind, vocabularySize: size ?? 1024 }
    : { vocabulary: kind };
}

/** A preset's sizes and parts with those of the flags instead; undefined if there are none. */
function ownSizes(flags: Flags<Name>, preset: Preset): Config | undefined {
  if (!ownFlags.some((name) => flags.has(name))) return undefined;
  const given = (names: readonly Name[]) =>
    names
      .filter((name) => flags.has(name))
      .map((name) => [name, flags.number(name) ?? flags.text(name)]);
  const known: Config = presets[preset];
  const config = { ...known, ...Object.fromEntries(given(["L", "NH", "C"])) };
  const [other] = given([...sizesOfLlama, ...partsOfLlama]);
  if (!isLlama(known)) {
    if (!other) return config;
    const llamas = Object.keys(presets).filter((name) => isLlama(presets[name as Preset]));
    throw new UsageError(
      `--${other[0]}: ${preset} is a GPT-2, which leaves no choice of that. Choose a --model of ${llamas.join(", ")}`,
    );
  }
  if (config.C % config.NH !== 0) {
    throw new UsageError(
      `C is ${config.C} and NH is ${config.NH}, but the heads share the channels evenly: choose NH so that it divides C`,
    );
  }
  // Heads share the channels evenly, unless it is only their number of keys that changes.
  const heads = flags.has("NH") || flags.has("C") ? { hs: config.C / config.NH } : {};
  return {
    ...config,
    ...heads,
    ...Object.fromEntries(given([...sizesOfLlama, ...partsOfLlama])),
  } as Config;
}

async function resume(flags: Flags<Name>, reporter: Reporter): Promise<Opened> {
  const fixed = (Object.keys(beginFlags) as Name[]).find((name) => flags.has(name));
  if (fixed) {
    throw new UsageError(
      `--${fixed} belongs to the beginning of a run, and this one goes on as its checkpoint says: leave it out`,
    );
  }
  const path = pathOf(flags.text("resume") as string);
  const file = openFile(path);
  try {
    return await reading(path, async () => {
      await verifyCheckpoint(file);
      const kept = await readProgress(file);
      const settings = checked({ ...kept.settings, ...pace(flags, kept.settings) });
      const { plan, computer } = await openFor(flags, settings, kept.device);
      const changes = changesOf(kept.settings, settings, kept.step);
      const progress = { ...kept, settings, changes: [...(kept.changes ?? []), ...changes] };
      const session = await Session.restore(computer.backend, plan, progress, file, computer.note);
      await session.ready();
      const save = flags.text("save");
      const keeper = new FileKeeper(save === undefined ? path : pathOf(save), kept);
      reporter.header({
        ...{ plan, text: session.text, computer: nameOf(computer), step: session.step },
        ...{ weights: `${flags.text("resume")}, a checkpoint of ours`, save: keeper.path },
      });
      const { tier, adapter, simd } = computer.note;
      const { device } = kept;
      if (device.tier !== tier || device.adapter !== adapter || device.simd !== simd) {
        const names = [device, computer.note].map((note) => nameOf({ note }));
        reporter.notice(
          `Until here ${names[0]} has computed this run; with ${names[1]} the last digits may differ.`,
        );
      }
      return { session, computer, keeper };
    });
  } finally {
    file.close();
  }
}

/** The settings that may change when a run goes on. */
function pace<
  Pace extends Pick<
    Settings,
    "steps" | "validateEvery" | "validationBatches" | "sampleEvery" | "sampleLength"
  >,
>(flags: Flags<Name>, before: Pace) {
  return {
    steps: flags.number("steps") ?? before.steps,
    validateEvery: flags.number("val-every") ?? before.validateEvery,
    validationBatches: flags.number("val-batches") ?? before.validationBatches,
    sampleEvery: flags.number("sample-every") || before.sampleEvery,
    sampleLength: flags.number("sample-length") ?? before.sampleLength,
  };
}

/** Null where no samples are wanted. */
function samplingOf(flags: Flags<Name>): Sampling | null {
  if (flags.number("sample-every") === 0) return null;
  return asUsage(() =>
    checkSampling({
      prompt: flags.text("prompt") ?? "",
      temperature: flags.number("temperature") ?? 1,
      topK: flags.number("top-k") ?? 50257,
      topP: flags.number("top-p") ?? 1,
    }),
  );
}

function checked(settings: Settings): Settings {
  return asUsage(() => checkSettings(settings));
}

/** Opens what computes. @param before what has computed the run until now */
async function openFor(flags: Flags<Name>, settings: Settings, before?: DeviceNote) {
  const { config, options } = planRun(settings, "TypeScript");
  const computer = await openBackend(flags, { config, options, before });
  return { plan: planRun(settings, computer.note.tier), computer };
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs until all steps are done or a signal comes. @returns the exit status */
async function runToEnd(
  session: Session<unknown, unknown>,
  sampling: Sampling | null,
  keeper: FileKeeper | null,
  saveEvery: number | null,
  reporter: Reporter,
): Promise<number> {
  let status = 0;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const tick = () => new Promise<void>((done) => setImmediate(done));
  const run = new Run(
    session,
    sampling,
    keeper,
    (event) => {
      reporter.event(event);
      if (event.type === "saved" && status === 1) status = 0;
      if (event.type === "not saved" || event.type === "refused") status = 1;
      if (event.type === "fault") status = 1;
      const over = event.type === "state" && event.state !== "running"; // it pauses only by itself
      if (over || event.type === "fault") end();
    },
    tick,
  );
  run.saveEvery = saveEvery;

  let interrupted = 0;
  const interrupt = (signal: keyof typeof signals) => {
    if (interrupted) process.exit(interrupted); // whoever asks twice does not want to wait
    interrupted = signals[signal];
    reporter.notice(`${signal}: the run ends after this step, with a checkpoint`);
    if (keeper === null) run.do(() => saveUnasked(session, reporter));
    run.stop();
  };
  const names = Object.keys(signals) as (keyof typeof signals)[];
  for (const name of names) process.on(name, interrupt);
  try {
    run.continue();
    await ended;
  } finally {
    for (const name of names) process.off(name, interrupt);
  }
  return interrupted || status;
}

/** A checkpoint for a run that was to have none, so that an interruption loses nothing. */
async function saveUnasked(session: Session<unknown, unknown>, reporter: Reporter): Promise<void> {
  const path = pathOf(`checkpoint-${session.step}.safetensors`);
  try {
    await new FileKeeper(path).save(session.progress(), session.parts());
    reporter.notice(`checkpoint written: npm run train -- --resume ${path} goes on`);
  } catch (error) {
    reporter.notice(`no checkpoint could be written: ${(error as Error).message}`);
  }
}
