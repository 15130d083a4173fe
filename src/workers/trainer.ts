// The training worker. It owns the device, the run and the checkpoints; the page only asks and shows.

import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import { findBaselines } from "../trainer/baselines.ts";
import { checkpointFile, weightsFile } from "../trainer/files.ts";
import { deviceLimits } from "../trainer/limits.ts";
import { type OpenedStore, openStore } from "../trainer/opfs.ts";
import {
  type Command,
  type Computer,
  type FoundGpu,
  type OwnText,
  type Report,
  readCommand,
  type Weights,
} from "../trainer/protocol.ts";
import { Refusal, reason, storeIsAway } from "../trainer/refusal.ts";
import { renewal } from "../trainer/renewal.ts";
import { type Host, newSession, restoreSession } from "../trainer/sessions.ts";
import type { Read } from "../trainer/text.ts";
import { createTick } from "../trainer/tick.ts";
import { type Device, findGpu, type Ids, openDevice, type Tensor } from "../trainer/tier.ts";
import { verifyCheckpoint } from "../training/checkpoint.ts";
import { fitRun, planRun } from "../training/plan.ts";
import type { Run } from "../training/run.ts";
import type { Session } from "../training/session.ts";
import {
  checkSampling,
  checkSettings,
  configOf,
  modelName,
  type Sampling,
  type Settings,
  SettingsError,
  withVocabulary,
} from "../training/settings.ts";
import type { PublishedVocabulary } from "../training/tokenizers.ts";

type Message<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** Makes the session of a run as it was when it was opened. */
type Begin = (computer: Computer) => Promise<Session<Tensor, Ids>>;

const tick = createTick();
let run: Run<Tensor, Ids> | undefined;
let opened: OpenedStore | undefined;
let device: Device | undefined;
let gpu: Promise<FoundGpu> | undefined;
let endCounting = () => {};
let last: Promise<void> = Promise.resolve(); // commands that come while there is no run are carried out one by one

self.onmessage = ({ data }) => {
  const command = readCommand(data);
  if (run) tell(run, command);
  else last = last.then(() => prepare(command)).catch(refuse);
};

type ToRun = {
  [Type in Command["type"]]?: (run: Run<Tensor, Ids>, command: Message<Type>) => void;
};

/** What can be asked of a run. Each takes effect between two steps. */
const toRun: ToRun = {
  change: (run, { wish }) => run.change(wish),
  "go back": (run, { computer }) => void goBack(run, computer),
  "export best": (run) =>
    run.do(async () => {
      const best = await opened?.store?.best();
      if (!best) return refuse(new Refusal("There is no best checkpoint of this run."));
      const { size } = best.source;
      const bytes = new Uint8Array(size);
      await best.source.read(bytes, 0);
      const name = `llm.ts-best-step-${best.progress.step}.safetensors`;
      report({ type: "exported", file: new Blob([bytes]), name });
    }),
  pause: (run) => run.pause(),
  continue: (run) => run.continue(),
  stop(run) {
    run.stop();
    run.do(async () => forget());
  },
  discard: (run) =>
    run.do(async () => {
      opened?.store?.clear();
      forget();
      report({ type: "discarded" });
    }),
  save: (run) => run.do(() => run.save()),
  export: (run) =>
    run.do(async () => report({ type: "exported", ...(await checkpointFile(run.session)) })),
  "export weights": (run, { kind }) =>
    run.do(async () => {
      try {
        report({ type: "exported", ...(await weightsFile(run.session, kind)) });
      } catch (error) {
        if (error instanceof GpuFault) throw error;
        refuse(error as Error); // such a file cannot hold this model
      }
    }),
  sampling(run, command) {
    try {
      run.sampling = checkSampling(command.sampling);
    } catch (error) {
      refuse(error as Error);
    }
  },
  sample: (run) => run.draw(),
  batch: (run, { step }) => run.inspect(step),
  "measure tensors": (run, { on, opened }) => run.measureTensors(on, opened),
  watch: (run, { question }) => run.watch(question),
  "time kernels": (run, { on }) => run.timeKernels(on),
};

type Prepare = { [Type in Command["type"]]?: (command: Message<Type>) => Promise<void> };

/** What can be asked while there is no run. */
const withoutRun: Prepare = {
  look,
  count,
  start,
  series,
  resume,
  import: importRun,
  discard,
  // There is nothing to save or to time, and the next start brings its own sampling.
  save: async () => {},
  sampling: async () => {},
  "measure tensors": async () => {},
  watch: async () => {},
  "time kernels": async () => {},
};

function tell(run: Run<Tensor, Ids>, command: Command): void {
  const act = toRun[command.type] as ((run: unknown, command: Command) => void) | undefined;
  if (act) act(run, command);
  else refuse(new Refusal("A run is open in this tab. Stop it first."));
}

async function prepare(command: Command): Promise<void> {
  const act = withoutRun[command.type] as ((command: Command) => Promise<void>) | undefined;
  if (!act) throw new Refusal("There is no run. Start one first.");
  return act(command);
}

async function look(): Promise<void> {
  const { state, store, close } = await openStore();
  const { kept, damage } = store ? await store.list() : { kept: [], damage: [] };
  close();
  gpu = findGpu();
  const progress = kept[0]?.progress ?? null;
  report({ type: "found", progress, damage, store: state, gpu: await gpu });
}

/** What cannot be counted is said beside the text; the run that is to train on it will say it again. */
async function count({ key, weights, ...command }: Message<"count">): Promise<void> {
  try {
    const asked = checkSettings(command.settings);
    const { text, settings } = await readText(asked, command.text, weights);
    const { V } = configOf(settings);
    const counts = { train: text.train.length, validation: text.validation.length, V };
    report({ type: "counted", key, counts, message: "" });
  } catch (error) {
    report({ type: "counted", key, counts: null, message: reason(error as Error) });
  }
}

async function start({ computer, weights, ...command }: Message<"start">): Promise<void> {
  const asked = checkSettings(command.settings);
  const sampling = checkSampling(command.sampling);
  checkWeights(asked, weights);
  host.say("Loading the text");
  const { text, settings } = await readText(asked, command.text, weights);
  const plan = planRun(checkSettings(settings), computer.tier);
  await host.checkMemory(plan);
  const begin: Begin = (computer) => newSession(host, plan, text, weights, computer);
  const session = await begin(computer);
  opened = await openStore();
  opened.store?.clear();
  await open(session, sampling, computer, begin, "running");
}

async function series({ computer, weights, ...command }: Message<"series">): Promise<void> {
  const [first] = command.settings;
  if (!first) throw new Refusal("A series needs at least one run.");
  checkWeights(checkSettings(first), weights);
  host.say("Loading the text");
  const { text, settings } = await readText(first, command.text, weights);
  const { V } = configOf(settings);
  const fromText = first.vocabulary !== undefined && first.vocabulary !== "published";
  const plans = command.settings.map((each) =>
    planRun(checkSettings(fromText ? withVocabulary(each, V) : each), computer.tier),
  );
  await host.checkMemory(plans[0]);
  const { trainSeries } = await import("../trainer/series.ts");
  await trainSeries(host, plans, text, weights, computer, report, tick);
  forget();
  report({ type: "series done" });
}

async function resume({ computer, ...command }: Message<"resume">): Promise<void> {
  const sampling = checkSampling(command.sampling);
  host.say("Checking the checkpoint");
  opened = await openStore();
  if (!opened.store) throw new Refusal(storeIsAway(opened.state));
  const { found, damage } = await opened.store.newest();
  for (const message of damage) host.notice(message);
  if (!found) throw new Refusal("There is no checkpoint that could be used. Start a new run.");
  const source = opened.store.source(found.slot);
  const begin: Begin = (computer) => restoreSession(host, source, computer);
  await open(await begin(computer), sampling, computer, begin, "running");
}

async function importRun({ computer, file, ...command }: Message<"import">): Promise<void> {
  const sampling = checkSampling(command.sampling);
  host.say("Checking the file");
  const source = blobSource(file);
  await verifyCheckpoint(source);
  const begin: Begin = (computer) => restoreSession(host, source, computer);
  const session = await begin(computer);
  opened = await openStore();
  opened.store?.clear();
  const run = await open(session, sampling, computer, begin, "paused");
  run.do(() => run.save());
}

/** What is in the best checkpoint is looked through before the run that goes on is given up for it. */
async function goBack(run: Run<Tensor, Ids>, computer: Computer): Promise<void> {
  try {
    const best = await opened?.store?.best();
    if (!best) throw new Refusal("There is no best checkpoint of this run.");
    await verifyCheckpoint(best.source);
    const { step } = best.progress;
    run.goBack(async () => ({
      session: await restoreSession(host, best.source, computer),
      message: `The run is back at step ${step.toLocaleString("en-GB")}, where its validation loss was the best. Continue goes on from there.`,
    }));
  } catch (error) {
    refuse(error as Error);
  }
}

async function discard(): Promise<void> {
  // The page may just have ended the worker that had the store, which a busy browser is slow to clear away.
  const { state, store, close } = await openStore(20_000);
  if (!store) throw new Refusal(storeIsAway(state));
  store.clear();
  close();
  report({ type: "discarded" });
}

/**
 * Makes a session the run of this worker.
 *
 * @param begin makes the session anew, should the device be lost before there is a checkpoint
 * @param wanted whether it goes on at once or waits for the reader; one whose steps are all done is finished either way, so
 *   that it goes on if it is given more of them
 */
async function open(
  session: Session<Tensor, Ids>,
  sampling: Sampling,
  computer: Computer,
  begin: Begin,
  wanted: "running" | "paused",
): Promise<Run<Tensor, Ids>> {
  const { Run } = await import("../training/run.ts");
  const opening = new Run(session, sampling, opened?.store ?? null, report, tick);
  opening.bytes = () => device?.bytes() ?? null;
  opening.clock = () => device?.clock ?? null;
  opening.renew = renewal(
    opening,
    () => device,
    async () => {
      const { choice } = opening.session.device;
      const choices = choice ? [choice, ...computer.choices] : computer.choices;
      const store = opened?.store;
      const found = (await store?.newest())?.found;
      if (!store || !found) return begin({ ...computer, choices });
      return restoreSession(host, store.source(found.slot), { ...computer, choices });
    },
  );
  const best = (await opened?.store?.best())?.progress;
  run = opening;
  const store = opened?.state ?? "none";
  const state = session.finished ? "finished" : wanted;
  const { history } = session;
  report({ type: "opened", progress: session.progress(), history, store, state });
  if (state === "paused") report({ type: "state", state });
  else opening.continue();
  const row = history.validations.find(({ step }) => step === best?.step);
  if (row && best?.begun === session.begun) report({ type: "best", row });
  endCounting = findBaselines(session, (found) => report({ type: "baselines", ...found }));
  return opening;
}

/** @throws SettingsError if the weights are of a model that knows other tokens */
function checkWeights({ vocabulary }: Settings, weights: Weights): void {
  if (!vocabulary || vocabulary === "published" || weights === "random") return;
  throw new SettingsError(
    "vocabulary",
    "weights that are read from a file know GPT-2's tokens: choose those, or random weights",
  );
}

async function readText(settings: Settings, own: OwnText | null, weights: Weights): Promise<Read> {
  const { readFor } = await import("../trainer/text.ts");
  const published =
    settings.vocabulary === "published" ? await readTokenizer(settings, weights) : undefined;
  return readFor(settings, own, published, (what, done) => host.say(what, done));
}

/** The tokenizer in the files with the weights. */
async function readTokenizer(
  settings: Settings,
  weights: Weights,
): Promise<PublishedVocabulary | undefined> {
  if (typeof weights === "string") {
    throw new Refusal(
      "The tokens are those of a model in files: choose these under Weights to begin with.",
    );
  }
  const { openChosen } = await import("../trainer/weightfiles.ts");
  const { vocabularyToTrain } = await import("../training/opening.ts");
  return vocabularyToTrain(await openChosen(weights, configOf(settings).NH));
}

const host: Host = {
  async checkMemory(plan) {
    gpu ??= findGpu();
    const fit = fitRun(plan, deviceLimits(plan.tier, (await gpu).gpu));
    if (!fit.fits) throw new Refusal(`${modelName(plan.settings)} with ${fit.reason}`);
  },
  async takeDevice(plan, choices) {
    device?.destroy();
    device = undefined;
    device = await openDevice(plan, choices, host.say);
    return device;
  },
  say(what, done = 0) {
    report({ type: "preparing", what, done });
  },
  notice(message) {
    report({ type: "notice", message });
  },
};

function forget(): void {
  endCounting();
  opened?.close();
  device?.destroy();
  device = undefined;
  opened = undefined;
  run = undefined;
}

/** Tells why a command was not carried out, and lets go of what it had taken. */
function refuse(error: Error): void {
  if (!run) forget();
  const { setting } = error as { setting?: string };
  const message = reason(error);
  report(setting ? { type: "refused", message, setting } : { type: "refused", message });
}

function report(message: Report): void {
  self.postMessage(message);
}
