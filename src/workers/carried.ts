// The worker in which a small model reads a reader's sentence: the course's, or the newest that the trainer keeps here.

import type { Command, FoundRun, Report } from "../carried/answer.ts";
import { type Found, findRun } from "../carried/find.ts";
import { answer, courseModel, runModel, type SmallModel, whyNot } from "../carried/model.ts";

let course: Promise<SmallModel> | undefined;
let found: Found | null = null;
let yours: Promise<SmallModel> | undefined;

async function openCourse(): Promise<SmallModel> {
  const response = await fetch(new URL("../figures/toy.bin", import.meta.url));
  if (!response.ok) throw new Error("The course’s model could not be loaded. Reload the page");
  return courseModel(new Uint8Array(await response.arrayBuffer()));
}

async function find(): Promise<FoundRun | null> {
  found = await findRun();
  yours = undefined;
  if (!found) return null;
  const { name, progress } = found;
  return { name, step: progress.step, refusal: whyNot(progress) };
}

/** The reader's model. Where its file has changed since, as it does while training goes on, that of the newest one. */
async function openYours(): Promise<SmallModel> {
  if (!found) await find();
  if (!found) throw new Error("Your run is no longer kept in this browser");
  try {
    return await runModel(found.source);
  } catch (error) {
    if (!["NotReadableError", "NotFoundError"].includes((error as Error).name)) throw error;
    await find();
    if (!found) throw new Error("Your run is no longer kept in this browser");
    return runModel(found.source);
  }
}

function open(model: "course" | "yours"): Promise<SmallModel> {
  const opening = model === "course" ? (course ?? openCourse()) : (yours ?? openYours());
  if (model === "course") course = opening;
  else yours = opening;
  opening.catch(() => {
    if (model === "course") course = undefined;
    else yours = undefined;
  });
  return opening;
}

const report = (report: Report): void => self.postMessage(report);

self.onmessage = async ({ data }: MessageEvent<Command>) => {
  if (data.type === "find") return report({ type: "found", run: await find() });
  const { number, model, question } = data;
  try {
    report({ type: "answer", number, answer: await answer(await open(model), question) });
  } catch (error) {
    report({ type: "failed", number, message: (error as Error).message });
  }
};
