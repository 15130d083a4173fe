// How a session comes to be: at the beginning of a run, or from a checkpoint.

import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import { isChoice } from "../training/choice.ts";
import { planRun, type RunPlan } from "../training/plan.ts";
import { type DeviceNote, readProgress } from "../training/progress.ts";
import type { Session, Text } from "../training/session.ts";
import { openStorage } from "../weights/opfs.ts";
import { sourceOf } from "../weights/storage.ts";
import type { Computer, Weights } from "./protocol.ts";
import type { Device, Ids, Tensor } from "./tier.ts";

/** What a session needs of the worker that it is made in. */
export interface Host {
  /** Refuses a plan that the memory here does not hold. */
  checkMemory(plan: RunPlan): Promise<void>;
  /** Opens the device of the run, after closing one that it may have had. */
  takeDevice(plan: RunPlan, choices: readonly Choice[]): Promise<Device>;
  /** Tells the reader what is being done. */
  say(what: string, done?: number): void;
  notice(message: string): void;
}

/** A run at its beginning. */
export async function newSession(
  host: Host,
  plan: RunPlan,
  text: Text,
  weights: Weights,
  { choices }: Computer,
): Promise<Session<Tensor, Ids>> {
  const { Session } = await import("../training/session.ts");
  const { backend, note } = await host.takeDevice(plan, choices);
  host.say("Writing the initial weights");
  const session = new Session(backend, plan, text, note);
  await session.ready();
  if (weights !== "random") {
    await readWeights(session, weights, (done) => host.say("Reading the weights", done));
  }
  return session;
}

async function readWeights(
  session: Session<Tensor, Ids>,
  weights: Exclude<Weights, "random">,
  say: (done: number) => void,
): Promise<void> {
  if (weights !== "downloaded") {
    const { mainOf, openChosen } = await import("./weightfiles.ts");
    const opened = await openChosen(weights, session.config.NH);
    return session.beginWith(mainOf(weights)?.name ?? "", opened, say);
  }
  const storage = await openStorage();
  try {
    await session.begin("OpenAI's weights", sourceOf(storage), say);
  } finally {
    storage.close();
  }
}

/** The run of a checkpoint. On the GPU on which it began it goes on with the same kernels, and so with the same bits. */
export async function restoreSession(
  host: Host,
  source: Source,
  { tier, choices }: Computer,
): Promise<Session<Tensor, Ids>> {
  const progress = await readProgress(source);
  const plan = planRun(progress.settings, tier);
  await host.checkMemory(plan);
  const { Session } = await import("../training/session.ts");
  const { choice } = progress.device;
  const known = choice ? [choice, ...choices] : choices;
  const { backend, note } = await host.takeDevice(plan, known.filter(isChoice));
  host.say("Reading the checkpoint");
  const session = await Session.restore(backend, plan, progress, source, note);
  await session.ready();
  const change = deviceChange(progress.device, note);
  if (change) host.notice(change);
  return session;
}

/** A sentence where another device goes on with a run than the one that it was on; else null. */
function deviceChange(before: DeviceNote, after: DeviceNote): string | null {
  const name = ({ tier, adapter, simd }: DeviceNote) =>
    `${tier}${adapter && ` on ${adapter}`}${simd ? ` with ${simd} SIMD` : ""}`;
  if (name(before) === name(after)) return null;
  return `Until here ${name(before)} has computed this run; from here on it is ${name(after)}. The losses may differ in their last digits from those of a run without the change.`;
}
