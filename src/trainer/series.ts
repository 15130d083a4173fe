// Runs that are trained one after another, to be compared: on the same text, without samples and without checkpoints.

import type { Choice } from "@llm.ts/kernels/runtime/choose.ts";
import type { RunEvent } from "../training/events.ts";
import type { RunPlan } from "../training/plan.ts";
import { Run, type Tick } from "../training/run.ts";
import type { Session, Text } from "../training/session.ts";
import type { Computer, Report, Weights } from "./protocol.ts";
import { type Host, newSession } from "./sessions.ts";

/** Trains a run for each plan. One that diverges is over, and the next one begins. @throws Error if the device fails */
export async function trainSeries(
  host: Host,
  plans: readonly RunPlan[],
  text: Text,
  weights: Weights,
  computer: Computer,
  report: (report: Report) => void,
  tick: Tick,
): Promise<void> {
  const choices: Choice[] = [...computer.choices];
  for (const [index, plan] of plans.entries()) {
    const session = await newSession(host, plan, text, weights, { ...computer, choices });
    const { choice } = session.device;
    if (choice && index === 0) choices.unshift(choice); // found for the first, good for all
    report({ type: "series run", index, progress: session.progress() });
    await trainAlone(session, (event) => report({ type: "series event", event }), tick);
  }
}

function trainAlone<Tensor, Ids>(
  session: Session<Tensor, Ids>,
  report: (event: RunEvent) => void,
  tick: Tick,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (event: RunEvent) => {
      report(event);
      const over = ["finished", "paused"]; // nobody is there to let it go on
      if (event.type === "state" && over.includes(event.state)) resolve();
      if (event.type !== "fault") return;
      if (event.cause === "numbers") resolve();
      else reject(new Error(event.message));
    };
    new Run(session, null, null, hear, tick).continue();
  });
}
