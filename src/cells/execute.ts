// One run of a cell, from the reader's text to the sentence below it: compile, run apart, compare. The page and the tests
// call it alike; they differ in what runs the script.

import { type Call, type Case, type Check, prepareCalls } from "./checks.ts";
import {
  CompileError,
  compile,
  type Place,
  placeOf,
  placesOf,
  type Script,
  type Sources,
} from "./compile.ts";
import { type Comparison, grade, type Known, type Verdict } from "./grader.ts";
import type { Level } from "./messages.ts";
import { type Mutant, runMutants } from "./mutants.ts";
import type { Outcome, Run } from "./sandbox.ts";
import type { CompilerMessage } from "./shader.ts";

/** What a run came to. */
export type Result =
  | {
      type: "ran";
      values: Record<string, unknown>;
      verdict: Verdict | null;
      milliseconds: number;
      comparison?: Comparison; // of a shader with the same kernel in TypeScript
      messages?: CompilerMessage[]; // warnings, of a shader
    }
  | { type: "uncompiled"; messages: CompilerMessage[] } // a shader with errors
  | { type: "problem"; message: string; place: Place | null }
  | { type: "stopped" };

/** The exercise that a text is an answer to. */
export interface Exercise {
  folder: string;
  solution: string;
  mutants: readonly Mutant[];
}

export interface Execution {
  /** Of the module, from the repository's root. */
  path: string;
  source: string;
  check?: Check;
  loadCases: (reference: string) => Promise<Case[]>;
  loadExercise?: () => Promise<Exercise>;
  sources: Sources;
  run: Run;
  signal?: AbortSignal;
  onLine?: (level: Level, text: string) => void;
}

/** Runs a text, checks it where there is a check, and looks for the mistake where the check fails. */
export async function execute(execution: Execution): Promise<Result> {
  const { path, source, check, sources, run, signal, onLine } = execution;
  const problem = (message: string, place: Place | null = null): Result => ({
    type: "problem",
    message,
    place,
  });

  let script: Script;
  let calls: Call[] = [];
  try {
    script = await compile(path, source, sources);
    if (check) calls = prepareCalls(check, await execution.loadCases(check.reference));
  } catch (error) {
    if (error instanceof CompileError) return problem(`SyntaxError: ${error.message}`, error.place);
    return problem((error as Error).message);
  }

  const started = performance.now();
  const asked = check && { function: check.function, args: calls.map((call) => call.args) };
  const outcome = await run(script, { calls: asked, signal, onLine });
  const milliseconds = performance.now() - started;
  if (outcome.type === "stopped") return { type: "stopped" };
  if (outcome.type !== "done") return explain(outcome, script, path, check, calls);
  if (!check) return { type: "ran", values: outcome.values, verdict: null, milliseconds };
  if (outcome.results.length !== calls.length) {
    return problem("The run did not send back as many results as it was asked for.");
  }

  let verdict = grade(calls, outcome.results);
  if (!verdict.passed) {
    verdict = grade(calls, outcome.results, await findKnown(execution, check, calls));
  }
  return { type: "ran", values: outcome.values, verdict, milliseconds };
}

/** What the mistakes that belong to the exercise leave behind on the same calls; none where there is no exercise. */
export async function findKnown(
  { loadExercise, sources, run, signal }: Omit<Execution, "check">,
  check: Check,
  calls: readonly Call[],
): Promise<Known[]> {
  if (!loadExercise) return [];
  const { folder, solution, mutants } = await loadExercise();
  const name = check.function;
  const asked = { mutants, solution, folder, name, calls, sources };
  const results = await runMutants(asked, run, signal);
  const known = mutants.map(({ says, madeIn }, k) => ({
    says,
    madeIn,
    results: results?.[k] ?? [],
  }));
  return results ? known : [];
}

/** A sentence for a run that did not reach its end, and the place in the reader's text, where there is one. */
function explain(
  outcome: Exclude<Outcome, { type: "done" | "stopped" }>,
  script: Script,
  path: string,
  check: Check | undefined,
  calls: readonly Call[],
): Result {
  switch (outcome.type) {
    case "syntax": {
      const place = placeOf(script, outcome.line) ?? null;
      return { type: "problem", message: `SyntaxError: ${outcome.message}`, place };
    }
    case "threw": {
      const places = placesOf(script, outcome.stack);
      const own = places.find((place) => place.path === path) ?? null;
      const { name, message, call } = outcome;
      const where =
        call === null || !calls[call] ? "" : ` (in the call with ${sizesOf(calls[call])})`;
      const origin = own && places[0] !== own ? `. Thrown in ${places[0].path}.` : "";
      const text = name ? `${name}: ${message}` : message;
      return {
        type: "problem",
        message: `${text}${where}${origin}`,
        place: own ?? places[0] ?? null,
      };
    }
    case "missing":
      return {
        type: "problem",
        message: `The cell exports no function ${check?.function}. It has to begin with "export function ${check?.function}(".`,
        place: null,
      };
    case "flood":
      return {
        type: "problem",
        message:
          "Stopped: the cell sent more than 1,000 messages. Is there a postMessage in a loop?",
        place: null,
      };
    case "broken":
      return {
        type: "problem",
        message: `The cell could not be run: ${outcome.message}.`,
        place: null,
      };
  }
}

/** "B = 2, T = 3, C = 8" */
export function sizesOf({ sizes }: { sizes: Readonly<Record<string, number>> }): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name} = ${size}`)
    .join(", ");
}
