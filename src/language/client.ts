// Asks the worker of the language service. One for all editors of the page; it begins with the first question.

import { readSource, sourcePaths } from "../cells/sources.ts";
import type { Answer, Edited, Kind, Question, Questions } from "./protocol.ts";

type Ask<K extends Kind> = Questions[K]["ask"];
type Answered<K extends Kind> = Questions[K]["answer"];

let worker: Worker | undefined;
let waiting: { resolve: (value: never) => void; reject: (error: Error) => void }[] = []; // in the order of the questions

/**
 * Asks about a file, after everything that it imports has been given to the service.
 *
 * @throws Error if the service cannot be loaded
 */
export async function ask<K extends "complete" | "explain" | "problems">(
  kind: K,
  question: Ask<K>,
): Promise<Answered<K>> {
  const { path, text } = question;
  await give({ path, text });
  return send(kind, question);
}

async function give(file: Edited): Promise<void> {
  for (;;) {
    const missing = await send("missing", file);
    if (missing.length === 0) return;
    await Promise.all(
      missing.map(async (path) => send("give", { path, text: await readSource(path) })),
    );
  }
}

function send<K extends Kind>(kind: K, question: Ask<K>): Promise<Answered<K>> {
  const to = worker ?? begin();
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    to.postMessage({ kind, ...question } as Question);
  });
}

function begin(): Worker {
  worker = new Worker(new URL("../workers/language.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const first = waiting.shift();
    if ("failure" in data) first?.reject(new Error(data.failure));
    else first?.resolve(data.value as never);
  };
  worker.onerror = () => {
    const failed = waiting;
    worker?.terminate();
    worker = undefined; // the next question tries again
    waiting = [];
    for (const { reject } of failed) reject(new Error("TypeScript could not be loaded"));
  };
  send("know", { paths: [...sourcePaths] });
  return worker;
}
