// One run of a cell that holds a shader. A shader is data: it cannot reach the page or the network, and where cells run
// there is no GPU. So it is run by a worker of the site's own, one for each run, and the device goes with the worker.

import { prepareCalls } from "./calls.ts";
import type { Call, Check } from "./check.ts";
import { type Execution, findKnown, type Result } from "./execute.ts";
import { type Comparison, compareErrors, grade } from "./grader.ts";
import type { Argument } from "./messages.ts";

/** What the page asks of the worker: one kernel, called once with each list of arguments. */
export interface ShaderJob {
  /** The file's own text, in whose place `edited` is run. */
  original: string;
  edited: string;
  kernel: string;
  calls: Argument[][];
  /** For each call how it is run, where the shader is an exercise of its own and no kernel's. */
  dispatches?: ShaderDispatch[];
}

/** One dispatch of an exercise's shader. */
export interface ShaderDispatch {
  entryPoint: string;
  tensors: readonly number[]; // which arguments are bound at 0, 1, 2, ...
  overrides: Readonly<Record<string, number>>;
  workgroups: readonly [number, number];
}

/** What the worker tells the page. After any but "compiled" it is silent. */
export type ShaderReport =
  | { type: "compiled"; messages: CompilerMessage[] } // with an error among them, the last report
  | { type: "ran"; adapter: string; gpu: Argument[][]; typescript: Argument[][] }
  | { type: "endless"; line: number; rounds: number } // of the file; the loop there was ended
  | { type: "failed"; message: string; absent?: boolean }; // absent: there is no GPU to run it on

/** What the compiler says of the reader's code. Lines and columns are the file's, counted from 1. */
export interface CompilerMessage {
  severity: "error" | "warning" | "info";
  text: string;
  line: number; // 0: of no line
  column: number;
  length: number; // in UTF-16 units; 0: to the end of the line
}

/** What running a shader needs: the file's own text too, and a check. */
export type ShaderExecution = Omit<Execution, "onLine" | "check"> & {
  check: Check;
  original: string;
};

const patience = 30_000; // milliseconds for the worker, its device and the compiler
const limit = 10_000; // milliseconds for the shader; it needs about 100 where a processor plays the GPU

/** Runs the shader on PyTorch's inputs, and the kernel in TypeScript beside it. */
export async function executeShader(execution: ShaderExecution): Promise<Result> {
  const { path, original, source, check, signal } = execution;
  const calls = prepareCalls(check, await execution.loadCases(check.reference));
  const started = performance.now();
  const outcome = await runInWorker(
    { original, edited: source, kernel: check.function, calls: calls.map(({ args }) => args) },
    signal,
  );
  const milliseconds = performance.now() - started;
  if (outcome.type === "stopped") return { type: "stopped" };
  if (outcome.type === "failed") return { type: "problem", message: outcome.message, place: null };
  if (outcome.type === "endless") {
    const message = endless(outcome.rounds);
    return { type: "problem", message, place: { path, line: outcome.line } };
  }
  if (outcome.type === "compiled") return { type: "uncompiled", messages: outcome.messages };

  const { gpu, typescript, adapter, messages } = outcome;
  let verdict = grade(calls, gpu);
  if (!verdict.passed) {
    const { known } = await findKnown(execution, check, calls);
    verdict = grade(calls, gpu, known);
  }
  const comparison = compare(calls, gpu, typescript, adapter);
  return { type: "ran", values: {}, verdict, milliseconds, comparison, messages };
}

/** Said of a loop that was ended. */
export const endless = (rounds: number): string =>
  `This loop had gone round ${rounds.toLocaleString("en")} times, and was ended. Does it never come to its end?`;

function compare(
  calls: readonly Call[],
  gpu: readonly Argument[][],
  typescript: readonly Argument[][],
  adapter: string,
): Comparison {
  return {
    adapter,
    columns: [
      { name: "GPU", errors: compareErrors(calls, gpu) },
      { name: "TypeScript", errors: compareErrors(calls, typescript) },
    ],
  };
}

type Ran = Extract<ShaderReport, { type: "ran" }> & { messages: CompilerMessage[] };
export type Outcome = Exclude<ShaderReport, { type: "ran" }> | Ran | { type: "stopped" };

/** Runs a job to its end. When the promise is fulfilled, the worker has been ended, and its device with it. */
export function runInWorker(job: ShaderJob, signal: AbortSignal | undefined): Promise<Outcome> {
  if (signal?.aborted) return Promise.resolve({ type: "stopped" });
  const worker = new Worker(new URL("../workers/shader.ts", import.meta.url), { type: "module" });
  let messages: CompilerMessage[] = [];
  let timer = 0;
  return new Promise<Outcome>((resolve) => {
    const fail = (message: string) => resolve({ type: "failed", message });
    const wait = (time: number, says: string) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => fail(says), time);
    };
    wait(
      patience,
      "The GPU did not answer within 30 seconds. It may still be busy with an earlier shader: wait a little, then run this again, or restart the browser.",
    );
    signal?.addEventListener("abort", () => resolve({ type: "stopped" }), { once: true });
    worker.onerror = (event) => {
      event.preventDefault();
      fail("The worker for the GPU could not be started. Reload the page.");
    };
    worker.onmessage = ({ data }: MessageEvent<ShaderReport>) => {
      if (data.type === "ran") return resolve({ ...data, messages });
      if (data.type !== "compiled") return resolve(data);
      messages = data.messages;
      if (messages.some(({ severity }) => severity === "error")) return resolve(data);
      wait(
        limit,
        "Stopped after 10 seconds, and the device given back. Do loops within loops add up to very much work? A GPU cannot be interrupted, so it may be busy for some seconds more.",
      );
    };
    worker.postMessage(job);
  }).finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}
