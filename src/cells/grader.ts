// Judges an answer: compares the results of all calls with PyTorch's, and says what is wrong. Pure: no page, no worker, only
// numbers.

import type { Call } from "./check.ts";
import { compare, type TensorReport } from "./compare.ts";
import type { Argument } from "./messages.ts";
import { type Known, nameMistakes } from "./recognise.ts";
import {
  describeMistakes,
  describePass,
  type Findings,
  type Mark,
  markLines,
} from "./sentences.ts";
import type { Standing } from "./standing.ts";
import { changeOf } from "./tolerance.ts";

/** What a whole check comes to. */
export interface Verdict {
  passed: boolean;
  /** A few sentences for the reader. */
  says: string;
  /** Of single lines: what the editor marks. */
  marks?: readonly Mark[];
  /** All tensors of the first case with a mistake; of the last case where there is none. */
  tensors: TensorReport[];
  cases: { name: string; sizes: Readonly<Record<string, number>>; passed: boolean }[];
  /** How each array came out, over all calls. Not told where the answer could not be run to its end. */
  arrays?: Standing[];
  /** With which the first wrong case was drawn: it can be drawn again. */
  seed?: number;
}

/** What is known about an answer besides its numbers. */
export type About = Pick<
  Findings,
  "unchanged" | "hints" | "odd" | "lines" | "unwritten" | "returns"
>;

/**
 * Compares the results of all calls with PyTorch's.
 *
 * @param results for each call its arguments after it
 * @param known mistakes to look for where the results are wrong
 */
export function grade(
  calls: readonly Call[],
  results: readonly Argument[][],
  known: readonly Known[] = [],
  about: About = {},
): Verdict {
  const reports = compareAll(calls, results);
  const cases = calls.map((call, i) => ({
    name: call.case,
    sizes: call.sizes,
    passed: reports[i].every((report) => report.mistake === null),
  }));
  const failed = cases.findIndex((one) => !one.passed);
  if (failed >= 0) {
    const looked = about.unchanged ? known.filter(({ start }) => start) : known;
    const named = nameMistakes(calls, results, looked);
    const changed = findChangedInput(calls, results);
    const findings = { reports, calls, failed, named, changed, ...about };
    const { seed } = calls[failed];
    const verdict: Verdict = {
      passed: false,
      says: describeMistakes(findings),
      marks: markLines(findings),
      tensors: reports[failed],
      cases,
      arrays: standingsOf(calls, reports),
    };
    return seed === undefined ? verdict : { ...verdict, seed };
  }
  const changed = findChangedInput(calls, results);
  const tensors = reports[reports.length - 1];
  if (changed) {
    const says = `The results are right, but the function changed ${changed}, which others still need: it should only read it.`;
    return { passed: false, says, tensors, cases };
  }
  const arrays = standingsOf(calls, reports);
  return { passed: true, says: describePass(reports, calls), tensors, cases, arrays };
}

function standingsOf(calls: readonly Call[], reports: readonly TensorReport[][]): Standing[] {
  const names = [...new Set(reports.flat().map(({ tensor }) => tensor))];
  return names.map((name) => {
    const of = (all: readonly TensorReport[][]) => all.flat().filter((one) => one.tensor === name);
    const fixed = of(reports.filter((_, i) => calls[i].seed === undefined));
    const sum = (key: "wrong" | "count") => fixed.reduce((all, one) => all + one[key], 0);
    const right = of(reports).every(({ mistake }) => mistake === null);
    return { name, right, wrong: sum("wrong"), count: sum("count") };
  });
}

/** Every tensor of every call. What is said of a tensor has to hold in all calls in which it is wrong. */
function compareAll(calls: readonly Call[], results: readonly Argument[][]): TensorReport[][] {
  const reports = calls.map((call, i) => call.expected.map((e) => compare(call, e, results[i])));
  const failed = reports.findIndex((of) => of.some(({ mistake }) => mistake !== null));
  if (failed < 0) return reports;
  for (const report of reports[failed]) {
    const { tensor, mistake } = report;
    if (!mistake || anywhere.includes(mistake.kind)) continue;
    const same = calls.every((call, i) =>
      call.expected.every((expected, k) => {
        const other = reports[i][k].mistake;
        if (expected.tensor !== tensor || !other || other.kind === mistake.kind) return true;
        // From a few numbers any relation can be read, or none.
        return changeOf(expected).filter((change) => Math.abs(change) > 1e-3).length < 6;
      }),
    );
    if (!same) report.mistake = { kind: "other" };
  }
  return reports;
}

/** What is said of one call alone. */
const anywhere = ["untouched", "gaps", "unwritten", "nonfinite", "other"];

/** The largest errors of each tensor over all calls, of several computations of the same. */
export interface Comparison {
  adapter: string;
  columns: { name: string; errors: LargestError[] }[];
}

export interface LargestError {
  tensor: string;
  absolute: number;
  relative: number;
}

/** How far the results of all calls are from PyTorch's, tensor by tensor. */
export function compareErrors(
  calls: readonly Call[],
  results: readonly Argument[][],
): LargestError[] {
  const largest = new Map<string, LargestError>();
  for (const [i, call] of calls.entries()) {
    for (const expected of call.expected) {
      const { tensor, largestAbsolute, largestRelative } = compare(call, expected, results[i]);
      const { absolute, relative } = largest.get(tensor) ?? { absolute: 0, relative: 0 };
      largest.set(tensor, {
        tensor,
        absolute: Math.max(absolute, largestAbsolute),
        relative: Math.max(relative, largestRelative),
      });
    }
  }
  return [...largest.values()];
}

/** How many numbers a call is handed. */
function sizeOf({ args }: Call): number {
  return args.reduce<number>((sum, one) => sum + (ArrayBuffer.isView(one) ? one.length : 0), 0);
}

/** The wrong call with the fewest numbers; -1 where all are right. */
export function smallestWrong(calls: readonly Call[], results: readonly Argument[][]): number {
  let smallest = -1;
  for (const [i, call] of calls.entries()) {
    const right = call.expected.every((one) => compare(call, one, results[i]).mistake === null);
    if (!right && (smallest < 0 || sizeOf(call) < sizeOf(calls[smallest]))) smallest = i;
  }
  return smallest;
}

/** The name of an argument that the function should only read, but changed. */
function findChangedInput(
  calls: readonly Call[],
  results: readonly Argument[][],
): string | undefined {
  for (const [i, call] of calls.entries()) {
    for (const [position, argument] of call.args.entries()) {
      if (!ArrayBuffer.isView(argument)) continue;
      if (call.expected.some((expected) => expected.argument === position)) continue;
      const after = results[i][position];
      const same =
        ArrayBuffer.isView(after) &&
        after.length === argument.length &&
        after.every((value, k) => Object.is(value, argument[k]));
      if (same) continue;
      return call.names[position];
    }
  }
  return undefined;
}
