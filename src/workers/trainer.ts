// The training worker. It owns the device, the run and the checkpoints; the page only asks and shows.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { fitGPT2 } from "@llm.ts/kernels/gpt2/memory.ts";
import {
  blobSource,
  readProgress,
  type Source,
  verifyCheckpoint,
  writeCheckpoint,
} from "../trainer/checkpoint.ts";
import { deviceLimits } from "../trainer/limits.ts";
import { type OpenedStore, openStore } from "../trainer/opfs.ts";
import { isProgress } from "../trainer/progress.ts";
import { type Command, type Report, readCommand } from "../trainer/protocol.ts";
import type { Run } from "../trainer/run.ts";
import type { Session } from "../trainer/session.ts";
import { checkSampling, checkSettings, type Sampling, type Settings } from "../trainer/settings.ts";
import { createTick } from "../trainer/tick.ts";
import { createDevice, type Ids, type Tensor } from "../trainer/tier.ts";

type Message<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** A reason not to do what was asked for, in a sentence. */
class Refusal extends Error {}

const tick = createTick();
let run: Run<Tensor, Ids> | undefined;
let opened: OpenedStore | undefined;
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
    case "sampling":
      setSampling(run, command);
      break;
    case "sample":
      run.draw();
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
      return; // there is nothing to save, and the next start brings its own sampling
    default:
      throw new Refusal("There is no run. Start one first.");
  }
}

async function look(): Promise<void> {
  const { state, store, close } = await openStore();
  const { kept, damage } = store ? await store.list() : { kept: [], damage: [] };
  close();
  report({ type: "found", progress: kept[0]?.progress ?? null, damage, store: state });
}

async function start(command: Message<"start">): Promise<void> {
  const settings = checkSettings(command.settings);
  const sampling = checkSampling(command.sampling);
  checkMemory(settings);
  report({ type: "preparing", what: "Loading the text", done: 0 });
  const { loadText, readOwnText } = await import("../trainer/text.ts");
  const config = presets[settings.preset];
  const text = command.text
    ? await readOwnText(command.text, config, settings.T, (done) =>
        report({ type: "preparing", what: "Encoding the text", done }),
      )
    : await loadText(config);
  report({ type: "preparing", what: "Writing the initial weights", done: 0 });
  const { Session } = await import("../trainer/session.ts");
  const session = new Session(createDevice(), settings, text);
  opened = await openStore();
  opened.store?.clear();
  await open(session, sampling);
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
  const session = await restore(opened.store.source(found.slot));
  await open(session, sampling);
  run?.continue();
}

async function importRun(command: Message<"import">): Promise<void> {
  const sampling = checkSampling(command.sampling);
  report({ type: "preparing", what: "Checking the file", done: 0 });
  const source = blobSource(command.file);
  await verifyCheckpoint(source);
  const session = await restore(source);
  opened = await openStore();
  opened.store?.clear();
  const imported = await open(session, sampling);
  imported.do(() => imported.save());
}

async function discard(): Promise<void> {
  const { state, store, close } = await openStore();
  if (!store) throw new Refusal(storeIsAway(state));
  store.clear();
  close();
  report({ type: "discarded" });
}

async function restore(source: Source): Promise<Session<Tensor, Ids>> {
  const progress = await readProgress(source);
  if (!isProgress(progress)) throw new FormatError("what it says of the run is incomplete");
  checkMemory(progress.settings);
  report({ type: "preparing", what: "Reading the checkpoint", done: 0 });
  const { Session } = await import("../trainer/session.ts");
  return Session.restore(createDevice(), source);
}

/** Makes a session the run of this worker, paused. */
async function open(session: Session<Tensor, Ids>, sampling: Sampling): Promise<Run<Tensor, Ids>> {
  const { Run } = await import("../trainer/run.ts");
  run = new Run(session, sampling, opened?.store ?? null, report, tick);
  const store = opened?.state ?? "none";
  report({ type: "opened", progress: session.progress(), history: session.history, store });
  report({ type: "state", state: session.finished ? "finished" : "paused" });
  return run;
}

function forget(): void {
  opened?.close();
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

function setSampling(run: Run<Tensor, Ids>, command: Message<"sampling">): void {
  try {
    run.sampling = checkSampling(command.sampling);
  } catch (error) {
    refuse(error as Error);
  }
}

function checkMemory({ preset, B, T, accumulation }: Settings): void {
  const options = { B, T, accumulation, training: true };
  const fit = fitGPT2(presets[preset], options, deviceLimits());
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
  const message =
    error instanceof FormatError
      ? `This checkpoint cannot be used: ${error.message}.`
      : /allocation failed|Invalid typed array length/i.test(error.message)
        ? "The browser did not give the memory that this model needs. Choose a smaller one, or close other tabs."
        : error.message;
  const { setting } = error as { setting?: string };
  report(setting ? { type: "refused", message, setting } : { type: "refused", message });
}

function report(message: Report): void {
  self.postMessage(message);
}
