// Mutants are plausible mistakes, written down as edits of an exercise's solution. A reader whose numbers are those of a
// mutant has made its mistake, and is told so in its words.

import type { Call } from "./check.ts";
import { compile, type Sources } from "./compile.ts";
import type { Argument } from "./messages.ts";
import type { Run } from "./sandbox.ts";

/** One mistake. */
export interface Mutant {
  name: string;
  /** Text of solution.ts that is replaced; it occurs exactly once. */
  find: string;
  replace: string;
  /** What the reader is told. */
  says: string;
  /**
   * The tensor in which the mistake is made, where others are made from it. The mistake is recognised by this one alone,
   * so that a second one further on does not hide it: `says` has to be true whatever the others hold.
   */
  madeIn?: string;
  /** It is told only where all tensors are as the mistake leaves them, since `says` is about them all. */
  whole?: boolean;
  /** It is recognised by the places that it leaves without a number, also where all others are right. */
  byNaN?: boolean;
  /** It is what start.ts leaves behind, and `says` is what to do first. */
  start?: boolean;
}

/**
 * The solution with the mistake in it.
 *
 * @throws Error if `find` does not occur exactly once
 */
export function mutate(solution: string, mutant: Mutant): string {
  const text = edit(solution, mutant);
  if (text === undefined) {
    const times = solution.split(mutant.find).length - 1;
    throw new Error(`mutant "${mutant.name}": its find occurs ${times} times, expected once`);
  }
  return text;
}

/** The text with an edit made; undefined where what it replaces does not occur exactly once. */
export function edit(
  text: string,
  { find, replace }: Pick<Mutant, "find" | "replace">,
): string | undefined {
  const parts = text.split(find);
  return parts.length === 2 ? parts.join(replace) : undefined;
}

/** Texts of which each is run on the same calls: what an exercise's mistakes leave behind, and its beginning. */
export interface TextsRun {
  texts: readonly string[];
  folder: string; // of the exercise
  name: string; // of the function
  calls: readonly Call[];
  sources: Sources;
  stem?: string; // of the names of their files: "mutant"
}

/**
 * Runs all texts on the same calls, in one worker.
 *
 * @returns for each text the arguments of every call after it; null if the run did not finish
 */
export async function runTexts(
  { texts, folder, name, calls, sources, stem = "mutant" }: TextsRun,
  run: Run,
  signal?: AbortSignal,
): Promise<Argument[][][] | null> {
  const paths = new Map(texts.map((text, k) => [`${folder}/${stem}-${k}.ts`, text]));
  const all = {
    sourcePaths: new Set([...sources.sourcePaths, ...paths.keys()]),
    readSource: async (path: string) => paths.get(path) ?? sources.readSource(path),
  };
  const script = await compile(`${folder}/${stem}s-run.ts`, chooser(name, stem, texts.length), all);
  const args = texts.flatMap((_, k) => calls.map((call) => [k, ...copy(call.args)]));
  const outcome = await run(script, { calls: { function: "call", args }, signal });
  if (outcome.type !== "done") return null;
  return texts.map((_, k) =>
    outcome.results.slice(k * calls.length, (k + 1) * calls.length).map((after) => after.slice(1)),
  );
}

/** Within one message, the same array sent twice arrives as one array: each mutant needs its own. */
function copy(args: readonly Argument[]): Argument[] {
  return args.map((argument) => (ArrayBuffer.isView(argument) ? argument.slice() : argument));
}

/** A module whose `call` hands its arguments to the mutant of the given number. One that throws leaves NaN. */
function chooser(name: string, stem: string, count: number): string {
  const numbers = Array.from({ length: count }, (_, k) => k);
  return `${numbers.map((k) => `import { ${name} as m${k} } from "./${stem}-${k}.ts";`).join("\n")}
const mutants = [${numbers.map((k) => `m${k}`).join(", ")}];
export function call(k, ...args) {
  try {
    mutants[k](...args);
  } catch {
    for (const array of args) if (array instanceof Float32Array) array.fill(NaN);
  }
}
`;
}
