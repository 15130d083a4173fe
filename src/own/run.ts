// Trains the same small GPT-2 twice, side by side, each in a sandbox of its own: once with the reader's functions, once
// with the site's. Loaded when the reader starts it.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { runCell } from "../cells/bench.ts";
import { CompileError, compile, type Script } from "../cells/compile.ts";
import { exerciseFolder } from "../cells/lesson.ts";
import type { Argument } from "../cells/messages.ts";
import { type Outcome, type Run, runInSandbox } from "../cells/sandbox.ts";
import * as sources from "../cells/sources.ts";
import { loadSite } from "../trainer/text.ts";
import { decodeTokens, narrowTokens } from "../training/vocabulary.ts";
import { ownFunctions } from "./functions.ts";
import type { Written } from "./written.ts";

export type Side = "yours" | "ours";

/** What a finished run comes to. */
export interface Agreement {
  agrees: boolean;
  largest: number; // difference of two losses
  step: number; // at which it was
}

/** Losses of two runs agree where they differ by less: rounding grows from step to step, a mistake is far larger. */
export const tolerance = 2e-3;

const seed = 1337;
const length = 120; // tokens that each model writes at the end

/** Whether a function passes its check now; the sentence of the check. */
export async function checkWritten(
  { of, text }: Written,
  signal: AbortSignal,
): Promise<{ passed: boolean; says: string }> {
  const file = `${exerciseFolder(of.lesson, of.exercise)}/start.ts`;
  const result = await runCell({ file, check: of.kernel, text, signal, onLine: () => {} });
  if (result.type === "ran" && result.verdict) return result.verdict;
  const says =
    result.type === "problem"
      ? `${result.place ? `line ${result.place.line}: ` : ""}${result.message}`
      : "Stopped.";
  return { passed: false, says };
}

/**
 * Trains both.
 *
 * @param onLoss told of every step of either
 * @returns what each wrote at the end
 * @throws Error with a sentence for the reader if one of them could not be run
 */
export async function trainBoth(
  written: readonly Written[],
  steps: number,
  signal: AbortSignal,
  onLoss: (side: Side, step: number, loss: number) => void,
): Promise<Record<Side, string>> {
  const train = narrowTokens((await loadSite()).train, presets.tiny.V);
  const tokens = Int32Array.from(train);
  const one = async (side: Side, functions: readonly Written[]) =>
    trainOne(functions, { steps, length }, tokens, runInSandbox, signal, (step, loss) =>
      onLoss(side, step, loss),
    );
  const [yours, ours] = await Promise.all([one("yours", written), one("ours", [])]);
  const { V } = presets.tiny;
  return { yours: decodeTokens(yours, V), ours: decodeTokens(ours, V) };
}

/** @returns the tokens that the model wrote at the end */
export async function trainOne(
  functions: readonly Written[],
  { steps, length }: { steps: number; length: number },
  tokens: Int32Array,
  run: Run,
  signal: AbortSignal | undefined,
  onLoss: (step: number, loss: number) => void,
): Promise<Int32Array> {
  const script = await compileOwn(functions);
  const args: Argument[] = [new Float32Array(steps), new Int32Array(length), tokens.slice(), seed];
  const outcome = await run(script, {
    calls: { function: "train", args: [args] },
    signal,
    onLine: (_, text) => {
      const [, step, loss] = /^(\d+) (\S+)$/.exec(text) ?? [];
      if (step) onLoss(Number(step), Number(loss));
    },
  });
  if (outcome.type !== "done") throw new Error(explain(outcome));
  return outcome.results[0][1] as Int32Array;
}

/** How far the losses of two runs are apart, step by step. */
export function compareLosses(yours: readonly number[], ours: readonly number[]): Agreement {
  let largest = 0;
  let step = 1;
  for (let i = 0; i < Math.min(yours.length, ours.length); i++) {
    const difference = Math.abs(yours[i] - ours[i]);
    if (difference <= largest) continue;
    largest = difference;
    step = i + 1;
  }
  return { agrees: largest < tolerance, largest, step };
}

/** A script that trains with these functions: lessons/19-training/own/train.ts, and a module that hands them to it. */
async function compileOwn(functions: readonly Written[]): Promise<Script> {
  const texts = new Map(
    functions.map(({ of, text }) => [`${exerciseFolder(of.lesson, of.exercise)}/start.ts`, text]),
  );
  const folder = "lessons/19-training/own";
  const main = [
    ...functions.map(
      ({ of }) =>
        `import { ${of.kernel} } from "../../../${exerciseFolder(of.lesson, of.exercise)}/start.ts";`,
    ),
    'import { trainWith } from "./train.ts";',
    `const own = { ${functions.map(({ of }) => of.kernel).join(", ")} };`,
    "export const train = (...args) => trainWith(own, ...args);",
  ].join("\n");
  try {
    return await compile(`${folder}/main.ts`, main, {
      sourcePaths: sources.sourcePaths,
      readSource: async (path) => texts.get(path) ?? sources.readSource(path),
    });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw new Error(`${error.place.path}, line ${error.place.line}: ${error.message}`);
  }
}

function explain(outcome: Exclude<Outcome, { type: "done" }>): string {
  switch (outcome.type) {
    case "stopped":
      return "Stopped.";
    case "threw":
      return `A function threw while it trained: ${outcome.name ? `${outcome.name}: ` : ""}${outcome.message}.`;
    case "syntax":
      return `SyntaxError: ${outcome.message}.`;
    case "flood":
      return "Stopped: more than 1,000 messages were sent. Is there a postMessage in a loop?";
    case "missing":
      return `One of the functions is not exported. Each begins with "export function", as in its exercise: ${ownFunctions.map(({ kernel }) => kernel).join(", ")}.`;
    case "broken":
      return `The run could not be started: ${outcome.message}.`;
  }
}
