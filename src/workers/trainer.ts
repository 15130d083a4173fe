// The training worker. It owns the device, the run and the checkpoints; the page only asks and shows.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { fitGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu.ts";
import {
  blobSource,
  readProgress,
  type Source,
  verifyCheckpoint,
  writeCheckpoint,
} from "../trainer/checkpoint.ts";
import { integer } from "../trainer/format.ts";
import { deviceLimits, modelOptions } from "../trainer/limits.ts";
import { type OpenedStore, openStore } from "../trainer/opfs.ts";
import { type DeviceNote, isChoice, isProgress } from "../trainer/progress.ts";
import {
  type Command,
  type FoundGpu,
  type Means,
  type Report,
  readCommand,
  type Weights,
} from "../trainer/protocol.ts";
import type { Renewed, Run } from "../trainer/run.ts";
import type { Session, Text } from "../trainer/session.ts";
import { checkSampling, checkSettings, type Sampling, type Settings } from "../trainer/settings.ts";
import { createTick } from "../trainer/tick.ts";
import {
  type Device,
  DeviceError,
  findGpu,
  type Ids,
  openDevice,
  type Tensor,
} from "../trainer/tier.ts";
import { openStorage } from "../weights/opfs.ts";
import { sourceOf } from "../weights/storage.ts";

type Message<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** A reason not to do what was asked for, in a sentence. */
class Refusal extends Error {}

/** Makes the session of a run as it was when it was opened. */
type Begin = (means: Means) => Promise<Session<Tensor, Ids>>;

const mostLosses = 3; // of the device without getting further
const tick = createTick();
let run: Run<Tensor, Ids> | undefined;
let opened: OpenedStore | undefined;
let device: Device | undefined;
let gpu: Promise<FoundGpu> | undefined;
let last: Promise<void> = Promise.resolve(); // commands that come while there is no run are carried out one by one

self.onmessage = ({ data }) => {
  const command = readCommand(data);
  if (run) tell(run, command);
  else last = last.then(() => prepare(command)).catch(refuse);
};

/** What can be asked of a run. Each takes effect between two steps. */
function tell(run: Run<Tensor, Ids>, command: Command): void {
  switch (command.type) {
    case "pause":
      run.pause();
      break;
    case "continue":
      run.continue();
      break;
    case "stop":
      run.stop();
      run.do(async () => forget());
      break;
    case "discard":
      run.do(async () => {
        opened?.store?.clear();
        forget();
        report({ type: "discarded" });
      });
      break;
    case "save":
      run.do(() => run.save());
      break;
    case "export":
      run.do(() => exportRun(run.session));
      break;
    case "export weights":
      run.do(() => exportWeights(run.session));
      break;
    case "sampling":
      setSampling(run, command);
      break;
    case "sample":
      run.draw();
      break;
    case "time kernels":
      run.timeKernels(command.on);
      break;
    default:
      refuse(new Refusal("A run is open in this tab. Stop it first."));
  }
}

/** What can be asked while there is no run. */
async function prepare(command: Command): Promise<void> {
  switch (command.type) {
    case "look":
      return look();
    case "start":
      return start(command);
    case "resume":
      return resume(command);
    case "import":
      return importRun(command);
    case "discard":
      return discard();
    case "save":
    case "sampling":
    case "time kernels":
      return; // there is nothing to save or to time, and the next start brings its own sampling
    default:
      throw new Refusal("There is no run. Start one first.");
  }
}

async function look(): Promise<void> {
  const { state, store, close } = await openStore();
  const { kept, damage } = store ? await store.list() : { kept: [], damage: [] };
  close();
  gpu = findGpu();
  const progress = kept[0]?.progress ?? null;
  report({ type: "found", progress, damage, store: state, gpu: await gpu });
}

async function start(command: Message<"start">): Promise<void> {
  const settings = checkSettings(command.settings);
  const sampling = checkSampling(command.sampling);
  await checkMemory(settings, command.means);
  const text = await loadText(settings, command.text);
  const begin: Begin = (means) => newSession(settings, text, command.weights, means);
  const session = await begin(command.means);
  opened = await openStore();
  opened.store?.clear();
  await open(session, sampling, command.means, begin);
  run?.continue();
}

async function resume(command: Message<"resume">): Promise<void> {
  const sampling = checkSampling(command.sampling);
  report({ type: "preparing", what: "Checking the checkpoint", done: 0 });
  opened = await openStore();
  if (!opened.store) throw new Refusal(storeIsAway(opened.state));
  const { found, damage } = await opened.store.newest();
  for (const message of damage) report({ type: "notice", message });
  if (!found) throw new Refusal("There is no checkpoint that could be used. Start a new run.");
  const source = opened.store.source(found.slot);
  const begin: Begin = (means) => restore(source, means);
  await open(await begin(command.means), sampling, command.means, begin);
  run?.continue();
}

async function importRun(command: Message<"import">): Promise<void> {
  const sampling = checkSampling(command.sampling);
  report({ type: "preparing", what: "Checking the file", done: 0 });
  const source = blobSource(command.file);
  await verifyCheckpoint(source);
  const begin: Begin = (means) => restore(source, means);
  const session = await begin(command.means);
  opened = await openStore();
  opened.store?.clear();
  const imported = await open(session, sampling, command.means, begin);
  imported.do(() => imported.save());
}

async function discard(): Promise<void> {
  const { state, store, close } = await openStore();
  if (!store) throw new Refusal(storeIsAway(state));
  store.clear();
  close();
  report({ type: "discarded" });
}

async function loadText(settings: Settings, file: File | null): Promise<Text> {
  report({ type: "preparing", what: "Loading the text", done: 0 });
  const { loadText, readOwnText } = await import("../trainer/text.ts");
  const config = presets[settings.preset];
  if (!file) return loadText(config);
  return readOwnText(file, config, settings.T, (done) =>
    report({ type: "preparing", what: "Encoding the text", done }),
  );
}

/** A run at its beginning. */
async function newSession(
  settings: Settings,
  text: Text,
  weights: Weights,
  means: Means,
): Promise<Session<Tensor, Ids>> {
  const { Session } = await import("../trainer/session.ts");
  const { backend, note } = await takeDevice(settings, means);
  report({ type: "preparing", what: "Writing the initial weights", done: 0 });
  const session = new Session(backend, settings, text, note);
  await session.ready();
  if (weights !== "random") await readWeights(session, weights);
  return session;
}

async function readWeights(
  session: Session<Tensor, Ids>,
  weights: "downloaded" | File,
): Promise<void> {
  const say = (done: number) => report({ type: "preparing", what: "Reading the weights", done });
  if (weights !== "downloaded") return session.begin(weights.name, blobSource(weights), say);
  const storage = await openStorage();
  try {
    await session.begin("OpenAI's weights", sourceOf(storage), say);
  } finally {
    storage.close();
  }
}

/** The run of a checkpoint. On the GPU on which it began it goes on with the same kernels, and so with the same bits. */
async function restore(source: Source, means: Means): Promise<Session<Tensor, Ids>> {
  const progress = await readProgress(source);
  if (!isProgress(progress)) throw new FormatError("what it says of the run is incomplete");
  await checkMemory(progress.settings, means);
  const { Session } = await import("../trainer/session.ts");
  const { choice } = progress.device;
  const choices = choice ? [choice, ...means.choices] : means.choices;
  const { backend, note } = await takeDevice(progress.settings, { ...means, choices });
  report({ type: "preparing", what: "Reading the checkpoint", done: 0 });
  const session = await Session.restore(backend, source, note);
  await session.ready();
  tellOfChange(progress.device, note);
  return session;
}

function tellOfChange(before: DeviceNote, after: DeviceNote): void {
  const name = ({ tier, adapter }: DeviceNote) => (adapter ? `${tier} on ${adapter}` : tier);
  if (name(before) === name(after)) return;
  report({
    type: "notice",
    message: `Until here ${name(before)} has computed this run; from here on it is ${name(after)}. The losses may differ in their last digits from those of a run without the change.`,
  });
}

/** Opens the device of a run, in place of one that it may have had. */
async function takeDevice(settings: Settings, { tier, choices }: Means): Promise<Device> {
  device?.destroy();
  device = undefined;
  device = await openDevice(tier, settings, choices.filter(isChoice), (what) =>
    report({ type: "preparing", what, done: 0 }),
  );
  return device;
}

/**
 * Makes a session the run of this worker, paused.
 *
 * @param begin makes the session anew, should the device be lost before there is a checkpoint
 */
async function open(
  session: Session<Tensor, Ids>,
  sampling: Sampling,
  means: Means,
  begin: Begin,
): Promise<Run<Tensor, Ids>> {
  const { Run } = await import("../trainer/run.ts");
  run = new Run(session, sampling, opened?.store ?? null, report, tick);
  run.bytes = () => device?.bytes() ?? null;
  run.clock = () => device?.clock ?? null;
  run.renew = renewal(means, begin);
  const store = opened?.state ?? "none";
  report({ type: "opened", progress: session.progress(), history: session.history, store });
  report({ type: "state", state: session.finished ? "finished" : "paused" });
  return run;
}

/** What is done when an error ends a step: if the device was lost, a new one goes on from the last checkpoint. */
function renewal(
  means: Means,
  begin: Begin,
): (error: Error) => Promise<Renewed<Tensor, Ids> | null> {
  let furthest = -1; // step at which the device was lost
  let losses = 0; // since the run got further than that
  return async () => {
    const why = await device?.lost();
    if (!why || !run) return null;
    const { step } = run.session;
    losses = step > furthest ? 1 : losses + 1;
    furthest = Math.max(furthest, step);
    if (losses > mostLosses) {
      throw new DeviceError(
        `the graphics processor was lost ${losses} times at step ${integer(step)} or before (${why})`,
      );
    }
    const choices = [run.session.device.choice, ...means.choices].filter((each) => each !== null);
    const session = await lastKept({ ...means, choices }, begin).catch((error) => {
      throw new DeviceError(
        `the graphics processor was lost at step ${integer(step)} (${why}), and none could be had to go on with: ${error.message}`,
      );
    });
    const from =
      session.step === 0 ? "the beginning" : `the checkpoint of step ${integer(session.step)}`;
    const message = `The graphics processor was lost at step ${integer(step)} (${why}). Training goes on from ${from}.`;
    return { session, message };
  };
}

async function lastKept(means: Means, begin: Begin): Promise<Session<Tensor, Ids>> {
  const store = opened?.store;
  const found = (await store?.newest())?.found;
  return store && found ? restore(store.source(found.slot), means) : begin(means);
}

function forget(): void {
  opened?.close();
  device?.destroy();
  device = undefined;
  opened = undefined;
  run = undefined;
}

/** The file is put together from parts that the browser may keep on disk, so that it need not fit into memory twice. */
async function exportRun(session: Session<Tensor, Ids>): Promise<void> {
  const parts: Blob[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    parts.push(new Blob([bytes]));
  });
  const name = `llm.ts-${session.settings.preset}-step-${session.step}.safetensors`;
  report({ type: "exported", file: new Blob(parts), name });
}

/** The trained model for others to read, as Hugging Face's transformers does. */
async function exportWeights(session: Session<Tensor, Ids>): Promise<void> {
  const parts: Blob[] = [];
  for await (const bytes of session.exportWeights()) parts.push(new Blob([bytes]));
  report({ type: "exported", file: new Blob(parts), name: "model.safetensors" });
}

function setSampling(run: Run<Tensor, Ids>, command: Message<"sampling">): void {
  try {
    run.sampling = checkSampling(command.sampling);
  } catch (error) {
    refuse(error as Error);
  }
}

async function checkMemory(settings: Settings, { tier }: Means): Promise<void> {
  const { preset } = settings;
  gpu ??= findGpu();
  const limits = deviceLimits(tier, (await gpu).gpu);
  const fit = fitGPT2(presets[preset], modelOptions(settings, tier), limits);
  if (!fit.fits) throw new Refusal(`${preset} with ${fit.reason}`);
}

function storeIsAway(state: OpenedStore["state"]): string {
  return state === "other tab"
    ? "Another tab of this site is training and uses the checkpoints. Stop it there, then try again."
    : "This browser gives no place to keep checkpoints in. A private window may be the reason.";
}

/** Tells why a command was not carried out, and lets go of what it had taken. */
function refuse(error: Error): void {
  if (!run) forget();
  const message = reason(error);
  const { setting } = error as { setting?: string };
  report(setting ? { type: "refused", message, setting } : { type: "refused", message });
}

function reason(error: Error): string {
  const { message } = error;
  if (error instanceof FormatError) return `This file cannot be used: ${message}.`;
  if (error instanceof GpuFault) {
    const memory = /memory/.test(message) ? "a smaller model, fewer or shorter sequences, or " : "";
    return `The graphics processor did not take the model: ${message}. Choose ${memory}TypeScript, or try again.`;
  }
  if (/allocation failed|Invalid typed array length/i.test(message)) {
    return "The browser did not give the memory that this model needs. Choose a smaller one, or close other tabs.";
  }
  return message;
}

function report(message: Report): void {
  self.postMessage(message);
}
