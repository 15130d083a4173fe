// One run of a cell, from the reader's text to the sentence below it: compile, run apart, compare. The page and the tests
// call it alike; they differ in what runs the script.

import { prepareCalls, sizesOf } from "./calls.ts";
import type { Call, Case, Check } from "./check.ts";
import {
  CompileError,
  compile,
  endlessLoop,
  type Place,
  placeOf,
  placesOf,
  type Script,
  type Sources,
} from "./compile.ts";
import { drawCalls } from "./drawn.ts";
import { type About, type Comparison, grade, smallestWrong, type Verdict } from "./grader.ts";
import { explainLoop, patience } from "./loops.ts";
import type { Argument, Level } from "./messages.ts";
import { type Mutant, mutate, runTexts } from "./mutants.ts";
import { likelyPairs } from "./pairs.ts";
import { identical, type Known, nameMistakes } from "./recognise.ts";
import type { Outcome, Run } from "./sandbox.ts";
import type { CompilerMessage } from "./shader.ts";
import {
  bareCode,
  explainError,
  explainSyntax,
  readText,
  readWrites,
  returnsSomething,
  sameCode,
} from "./text.ts";
import { type Play, placeInArgument, tell, tellWrites } from "./watch.ts";

/** What a run came to. */
export type Result =
  | {
      type: "ran";
      values: Record<string, unknown>;
      verdict: Verdict | null;
      milliseconds: number;
      comparison?: Comparison; // of a shader with the same kernel in TypeScript
      messages?: CompilerMessage[]; // warnings, of a shader
      play?: Play; // follows an element of the first wrong call
    }
  | { type: "uncompiled"; messages: CompilerMessage[] } // a shader with errors
  | { type: "problem"; message: string; place: Place | null }
  | { type: "stopped" };

/** The exercise that a text is an answer to. */
export interface Exercise {
  folder: string;
  start: string;
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
  /** What drawn cases are drawn with; none are drawn without it. */
  seeds?: readonly number[];
  /** The file that computes what must come of drawn cases: the solution, or a kernel as it is. */
  loadSolution?: () => Promise<{ path: string; source: string }>;
  sources: Sources;
  run: Run;
  signal?: AbortSignal;
  onLine?: (level: Level, text: string) => void;
  /** Told of a loop that goes round and round in a run that is not checked: it may mean to, and is not ended. */
  onTurning?: (line: number, says: string) => void;
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
    script = await compile(path, source, sources, check !== undefined);
    if (check) calls = await callsOf(execution, check);
  } catch (error) {
    if (error instanceof CompileError) {
      const { place } = error;
      const says = explainSyntax(
        error.message,
        lineAt(source, place.path === path ? place.line : 0),
      );
      return problem(`SyntaxError: ${says}`, place);
    }
    return problem((error as Error).message);
  }

  const started = performance.now();
  const asked = check && { function: check.function, args: calls.map((call) => call.args) };
  const ended = new AbortController();
  const timer = check
    ? undefined
    : setTimeout(() => findTurning(execution, ended.signal), patience);
  const outcome = await run(script, { calls: asked, signal, onLine });
  clearTimeout(timer);
  ended.abort();
  const milliseconds = performance.now() - started;
  if (outcome.type === "stopped") return { type: "stopped" };
  if (outcome.type !== "done") return explain(outcome, script, execution, check, calls);
  if (!check) return { type: "ran", values: outcome.values, verdict: null, milliseconds };
  if (outcome.results.length !== calls.length) {
    return problem("The run did not send back as many results as it was asked for.");
  }

  let verdict = grade(calls, outcome.results);
  if (!verdict.passed) {
    const { known, about } = await investigate(execution, check, calls, outcome.results, script);
    if (!about.unchanged) {
      known.push(...(await findPairs(execution, check, calls, outcome.results, known, verdict)));
    }
    verdict = grade(calls, outcome.results, known, about);
    const failed = calls[verdict.cases.findIndex(({ passed }) => !passed)];
    if (failed) {
      const play = playerOf(execution, script, check, failed);
      return { type: "ran", values: outcome.values, verdict, milliseconds, play };
    }
  }
  return { type: "ran", values: outcome.values, verdict, milliseconds };
}

/**
 * Looks for the loop in which a run is that does not come to its end. The run itself does not count its rounds, since that
 * would change what a cell measures; so a second one does, beside it.
 */
async function findTurning(execution: Execution, ended: AbortSignal): Promise<void> {
  const { path, source, sources, run, signal, onTurning } = execution;
  if (!onTurning) return;
  const either = signal ? AbortSignal.any([signal, ended]) : ended;
  const script = await compile(path, source, sources, true);
  const outcome = await run(script, { signal: either });
  if (either.aborted || outcome.type !== "threw" || outcome.name !== endlessLoop) return;
  const own = placesOf(script, outcome.stack).find((place) => place.path === path);
  if (own) onTurning(own.line, explainLoop(lineAt(source, own.line), false));
}

/** PyTorch's cases, and the drawn ones. */
async function callsOf(execution: Execution, check: Check): Promise<Call[]> {
  const { sources, run, seeds = [], signal } = execution;
  const calls = prepareCalls(check, await execution.loadCases(check.reference));
  if (!check.draw || seeds.length === 0 || !execution.loadSolution) return calls;
  const { path, source } = await execution.loadSolution();
  const solution = await compile(path, source, sources);
  return [...calls, ...(await drawCalls(check, seeds, solution, run, signal))];
}

/** Follows elements of a call: the answer is run once more for each. */
function playerOf({ path, run }: Execution, script: Script, check: Check, call: Call): Play {
  return async (tensor, index) => {
    const nothing = { writes: [], more: false };
    const expected = call.expected.find((one) => one.tensor === tensor);
    if (!expected) return { ...nothing, problem: `The check knows no tensor ${tensor}.` };
    const followed = { argument: expected.argument, index: placeInArgument(expected, index) };
    const asked = { function: check.function, args: [call.args], watched: call.names, followed };
    const outcome = await run(script, { calls: asked });
    if (outcome.type === "done" && outcome.watched)
      return tellWrites(outcome.watched, script, path);
    return {
      ...nothing,
      problem: "This run did not come to its end, so its writes are not known.",
    };
  };
}

/** All that can be found out about a wrong answer besides its numbers. */
async function investigate(
  execution: Execution,
  check: Check,
  calls: readonly Call[],
  results: readonly Argument[][],
  script: Script,
): Promise<{ known: Known[]; about: About }> {
  const { path, source, run, signal } = execution;
  const exercise = await execution.loadExercise?.();
  const { known, start } = await findKnown(execution, check, calls);
  const arrays = check.args.filter((_, i) => ArrayBuffer.isView(calls[0].args[i]));
  const about: About = { returns: returnsSomething(source) };
  if (exercise && sameCode(source, exercise.start)) about.unchanged = "text";
  else {
    if (start && identical(calls, results, start)) about.unchanged = "numbers";
    about.hints = readText(source, arrays);
    const filled = [...check.writes, ...check.adds, ...Object.keys(check.updates ?? {})];
    const why = filled.map((name) => {
      return [name, readWrites(source, name, check.writes.includes(name))] as const;
    });
    about.unwritten = new Map(why.flatMap(([name, says]) => (says ? [[name, says]] : [])));
  }
  const call = calls[smallestWrong(calls, results)];
  if (call) {
    const watched = { function: check.function, args: [call.args], watched: call.names };
    const outcome = await run(script, { calls: watched, signal });
    if (outcome.type === "done" && outcome.watched && outcome.results.length === 1) {
      const seen = tell(outcome.watched, script, path, call, outcome.results[0]);
      about.odd = seen.odd;
      about.lines = seen.lines;
    }
  }
  return { known, about };
}

function lineAt(source: string, line: number): string {
  return source.split("\n")[line - 1] ?? "";
}

/**
 * What the mistakes that belong to the exercise leave behind on the same calls, and what its beginning does; nothing where
 * there is no exercise.
 */
export async function findKnown(
  {
    loadExercise,
    sources,
    run,
    signal,
  }: Pick<Execution, "loadExercise" | "sources" | "run" | "signal">,
  check: Check,
  calls: readonly Call[],
): Promise<{ known: Known[]; start?: Argument[][] }> {
  if (!loadExercise) return { known: [] };
  const { folder, start: beginning, solution, mutants } = await loadExercise();
  const texts = [...mutants.map((mutant) => mutate(solution, mutant)), beginning];
  const results = await runTexts(
    { texts, folder, name: check.function, calls, sources },
    run,
    signal,
  );
  if (!results) return { known: [] };
  const known = mutants.map(({ says, madeIn, whole, byNaN, start }, k) => ({
    ...{ says, madeIn, whole, byNaN, start },
    results: results[k],
  }));
  return { known, start: results[mutants.length] };
}

/** Two mistakes of the exercise that together explain a tensor which none explains alone. */
async function findPairs(
  { source, loadExercise, sources, run, signal }: Execution,
  check: Check,
  calls: readonly Call[],
  results: readonly Argument[][],
  known: readonly Known[],
  { tensors }: Verdict,
): Promise<Known[]> {
  const named = nameMistakes(calls, results, known);
  const open = tensors.flatMap(({ tensor, mistake }) =>
    mistake && unrelated.includes(mistake.kind) && !named.has(tensor) ? [tensor] : [],
  );
  if (!loadExercise || open.length === 0) return [];
  const { folder, solution, mutants } = await loadExercise();
  const code = bareCode(source);
  const mistakes = known.flatMap((one) => {
    const mutant = mutants.find(({ says }) => says === one.says);
    // Where the reader has written what the solution has there, the mistake was not made.
    const avoided =
      mutant && code.includes(bareCode(mutant.find)) && !mutant.replace.includes(mutant.find);
    return mutant && !mutant.whole && !avoided ? [{ ...mutant, ...one }] : [];
  });
  const pairs = open.flatMap((tensor) => likelyPairs(solution, mistakes, calls, results, tensor));
  if (pairs.length === 0) return [];
  const texts = pairs.map(({ text }) => text);
  const asked = { texts, folder, name: check.function, calls, sources, stem: "pair" };
  const found = await runTexts(asked, run, signal);
  return (found ?? []).map((of, k) => ({ says: pairs[k].says, results: of }));
}

/** What is said of a tensor of which nothing better is known. */
const unrelated = ["other", "rowFactor", "rowConstant"];

/** A sentence for a run that did not reach its end, and the place in the reader's text, where there is one. */
function explain(
  outcome: Exclude<Outcome, { type: "done" | "stopped" }>,
  script: Script,
  { path, source }: Execution,
  check: Check | undefined,
  calls: readonly Call[],
): Result {
  switch (outcome.type) {
    case "syntax": {
      const place = placeOf(script, outcome.line) ?? null;
      const line = place?.path === path ? lineAt(source, place.line) : "";
      const message = `SyntaxError: ${explainSyntax(outcome.message, line)}`;
      return { type: "problem", message, place };
    }
    case "threw": {
      const places = placesOf(script, outcome.stack);
      const own = places.find((place) => place.path === path) ?? null;
      const { name, message, call } = outcome;
      const line = own ? lineAt(source, own.line) : "";
      if (name === endlessLoop) return { type: "problem", message: explainLoop(line), place: own };
      const called = call === null ? undefined : calls[call];
      const where = called ? ` (in the call with ${sizesOf(called)})` : "";
      const nulls = called ? called.names.filter((_, i) => called.args[i] === null) : [];
      const origin = own && places[0] !== own ? `. ${refused(message, places[0].path)}` : "";
      const text = explainError(name, message, line, nulls, source);
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

/** Of an error that a kernel threw because of what this line hands to it. */
function refused(message: string, thrownIn: string): string {
  const [, kernel, array, length] = /^(\w+): (\w+) has (\d+) values, expected/.exec(message) ?? [];
  if (!kernel) return `Thrown in ${thrownIn}.`;
  const empty = length === "0" ? " A part of an array that is cut past its end is empty." : "";
  return `${kernel} looks at what it is given before it begins: here ${array} does not fit the sizes.${empty}`;
}
