// Compares what a function wrote with what PyTorch computed, and names the mistake where it is a known one. Pure: no
// page, no worker, only numbers.

import { type Call, cutPart, type Expected, unwrittenBits } from "./checks.ts";
import type { Argument } from "./messages.ts";

/** Two numbers agree where |got - expected| <= atol + rtol * |expected|. */
export interface Tolerance {
  atol: number;
  rtol: number;
}

/**
 * float32 keeps about 7 digits. PyTorch and a reader sum in different orders, over some hundred numbers, which costs one
 * or two of them.
 */
export const tolerance: Tolerance = { atol: 1e-5, rtol: 1e-5 };

/** What a wrong tensor looks like. */
export type Mistake =
  | { kind: "untouched"; isNaN: boolean } // isNaN: what it holds is no number, to which += adds nothing
  | { kind: "gaps"; at: readonly number[] }
  | { kind: "nonfinite"; first: number; value: number; count: number }
  | { kind: "overwrites" } // the right gradient, but `=` in place of `+=`
  | { kind: "sign" }
  | { kind: "factor"; factor: number }
  | { kind: "other" };

/** One tensor after one call. */
export interface TensorReport {
  tensor: string;
  case: string;
  how: Expected["how"];
  shape: readonly number[];
  axes: readonly string[];
  count: number; // of numbers
  wrong: number; // of these
  largestAbsolute: number; // NaN where a number is not finite
  largestRelative: number;
  mistake: Mistake | null; // null: right
  first: Wrong | null; // of the wrong ones
  errors: Float32Array; // |got - expected| over the tolerance of the element: 1 and below is right
}

/** An element that is wrong. */
export interface Wrong {
  index: number;
  at: string; // "(b, t, c) = (0, 1, 3)"
  before: number; // what it was before the call
  got: number;
  expected: number;
}

/** What a whole check comes to. */
export interface Verdict {
  passed: boolean;
  /** One or two sentences for the reader. */
  says: string;
  /** All tensors of the first case with a mistake; of the last case where there is none. */
  tensors: TensorReport[];
  cases: { name: string; sizes: Readonly<Record<string, number>>; passed: boolean }[];
}

/** A mistake that has a name: what it leaves behind on the same calls, and what the reader is told. */
export interface Known {
  says: string;
  results: readonly (readonly Argument[])[];
  /** The tensor by which it is recognised even where those that are made from it hold other numbers. */
  madeIn?: string;
}

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
): Verdict {
  const reports = calls.map((call, i) => call.expected.map((e) => compare(call, e, results[i])));
  const cases = calls.map((call, i) => ({
    name: call.case,
    sizes: call.sizes,
    passed: reports[i].every((report) => report.mistake === null),
  }));
  const failed = cases.findIndex((one) => !one.passed);
  if (failed >= 0) {
    const named = nameMistakes(calls, results, known);
    const says = describeMistakes(reports[failed], reports, calls, named);
    return { passed: false, says, tensors: reports[failed], cases };
  }
  const changed = findChangedInput(calls, results);
  const tensors = reports[reports.length - 1];
  if (changed) return { passed: false, says: changed, tensors, cases };
  return { passed: true, says: describePass(reports.flat(), cases.length), tensors, cases };
}

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

/** The numbers that `expected` must hold after the call. */
export function target({ how, before, torch }: Expected): Float32Array {
  return how === "adds" ? torch.map((value, i) => before[i] + value) : torch;
}

/** What the call must do to the tensor: the result where it is written, else the change. */
function changeOf({ how, before, torch }: Expected): Float32Array {
  return how === "updates" ? torch.map((value, i) => value - before[i]) : torch;
}

function compare(call: Call, expected: Expected, result: readonly Argument[]): TensorReport {
  const { tensor, how, shape } = expected;
  const wanted = target(expected);
  const got = tensorOf(result, expected);
  const axes = nameAxes(shape, call.sizes);
  const report: TensorReport = {
    tensor,
    case: call.case,
    how,
    shape,
    axes,
    count: wanted.length,
    wrong: 0,
    largestAbsolute: 0,
    largestRelative: 0,
    mistake: null,
    first: null,
    errors: new Float32Array(wanted.length),
  };
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i] - wanted[i]);
    const size = Math.abs(wanted[i]);
    report.errors[i] = error / (tolerance.atol + tolerance.rtol * size);
    report.largestAbsolute = Math.max(report.largestAbsolute, error);
    if (size > tolerance.atol) {
      report.largestRelative = Math.max(report.largestRelative, error / size);
    }
    if (report.errors[i] <= 1) continue;
    if (report.wrong++ === 0) {
      report.first = {
        index: i,
        at: locate(i, shape, axes),
        before: expected.before[i],
        got: got[i],
        expected: wanted[i],
      };
    }
  }
  if (report.wrong > 0) report.mistake = findMistake(got, expected);
  return report;
}

/** The tensor after the call; one that came back with another length counts as untouched. */
function tensorOf(result: readonly Argument[], { argument, before, part }: Expected): Float32Array {
  const tensor = result?.[argument];
  if (part) {
    const whole = tensor instanceof Float32Array && tensor.length === before.length * part.of;
    return whole ? cutPart(tensor, part) : before;
  }
  if (tensor instanceof Int32Array && tensor.length === before.length) return asFloats(tensor);
  return tensor instanceof Float32Array && tensor.length === before.length ? tensor : before;
}

/** Integers as floats, which up to 2^24 is exact. What has not been written is the NaN that says so. */
function asFloats(integers: Int32Array): Float32Array {
  const floats = Float32Array.from(integers);
  const bits = new Int32Array(floats.buffer);
  for (const [i, value] of integers.entries()) if (value === unwrittenBits) bits[i] = value;
  return floats;
}

function findMistake(got: Float32Array, expected: Expected): Mistake {
  const { how, before, torch } = expected;
  const change = changeOf(expected);
  const untouched = findUntouched(got, expected);
  const needed = how === "writes" ? got.length : change.filter((g) => Math.abs(g) > noticed).length;
  if (untouched.length > 0 && untouched.length >= needed) {
    return { kind: "untouched", isNaN: how === "writes" && !expected.ids };
  }
  if (untouched.length > 0 && (how === "writes" || untouched.length >= needed / 8)) {
    // Where it is not written from nothing, a few numbers may stay as they were by chance; an eighth of them does not.
    return { kind: "gaps", at: untouched };
  }
  const bad = got.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const count = got.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    return { kind: "nonfinite", first: bad, value: got[bad], count };
  }
  if (how === "adds" && before.some((value) => value !== 0) && agrees(got, torch)) {
    return { kind: "overwrites" };
  }
  if (expected.ids) return { kind: "other" }; // the multiple of an id says nothing
  const changed = how === "writes" ? got : got.map((value, i) => value - before[i]);
  const factor = dot(changed, change) / dot(change, change);
  const multiple = change.map((value) => factor * value);
  // The changes of an update may all be small: what is allowed is as small then.
  const isMultiple =
    Math.abs(factor) > 1e-6 &&
    (how === "updates" ? nearby(changed, multiple) : agrees(changed, multiple));
  if (!isMultiple) return { kind: "other" };
  return Math.abs(factor + 1) < 1e-4 ? { kind: "sign" } : { kind: "factor", factor };
}

/** The least change whose absence is noticed: a smaller one may be lost in a larger number. */
const noticed = 1e-3;

/** Elements that hold what they held before the call, although something had to happen to them. */
function findUntouched(got: Float32Array, expected: Expected): number[] {
  const { how, before } = expected;
  const change = changeOf(expected);
  const bits = new Int32Array(got.buffer, got.byteOffset, got.length);
  const untouched: number[] = [];
  for (let i = 0; i < got.length; i++) {
    const same =
      how === "writes"
        ? bits[i] === unwrittenBits
        : got[i] === before[i] && Math.abs(change[i]) > noticed;
    if (same) untouched.push(i);
  }
  return untouched;
}

/** Whether two lists of numbers agree, allowing for the digits lost where numbers of size 1 were taken off. */
function agrees(a: Float32Array, b: Float32Array): boolean {
  const size = Math.max(1, largest(b));
  return a.every((value, i) => Math.abs(value - b[i]) <= 2 * tolerance.atol * size);
}

/** Whether two lists of changes agree, measured by the largest of them. */
function nearby(a: Float32Array, b: Float32Array): boolean {
  const allowed = 1e-4 * largest(b);
  return a.every((value, i) => Math.abs(value - b[i]) <= allowed);
}

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return most;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** An argument that the function should only read, but changed. */
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
      return `The results are right, but the function changed ${call.names[position]}, which others still need: it should only read it.`;
    }
  }
  return undefined;
}

/**
 * The sentences of the known mistakes that the reader made, by the tensors they explain.
 *
 * A known mistake was made where every tensor that it spoils holds the same numbers as the reader's. The others may be
 * right, not written yet, or spoiled by a mistake of their own: so two mistakes at once are both named. Where the first
 * flows on into the tensor of the second, it is named by the tensor it is made in.
 */
function nameMistakes(
  calls: readonly Call[],
  results: readonly (readonly Argument[])[],
  known: readonly Known[],
): Map<string, string> {
  const tensors = [...new Set(calls.flatMap(({ expected }) => expected.map((e) => e.tensor)))];
  const made = known.flatMap(({ says, results: mistaken, madeIn }) => {
    const spoiled = tensors.filter((name) => distance(calls, mistaken, null, name) >= 1);
    const apart = new Map(spoiled.map((name) => [name, distance(calls, results, mistaken, name)]));
    const whole = { says, spoiled, far: Math.max(0, ...apart.values()), hidden: false };
    const far = madeIn === undefined ? undefined : apart.get(madeIn);
    return madeIn === undefined || far === undefined
      ? [whole]
      : [whole, { says, spoiled: [madeIn], far, hidden: true }];
  });
  const fitting = made.filter(({ spoiled, far }) => spoiled.length > 0 && far < 1);
  fitting.sort(
    (a, b) =>
      Number(a.hidden) - Number(b.hidden) || b.spoiled.length - a.spoiled.length || a.far - b.far,
  );
  const named = new Map<string, string>();
  for (const { says, spoiled } of fitting) {
    if (spoiled.some((name) => named.has(name))) continue;
    for (const name of spoiled) named.set(name, says);
  }
  return named;
}

/**
 * How far two results are apart in one tensor, over what rounding may do to it: below 1 they are the same.
 *
 * @param b null for the right result
 */
function distance(
  calls: readonly Call[],
  a: readonly (readonly Argument[])[],
  b: readonly (readonly Argument[])[] | null,
  tensor: string,
): number {
  let most = 0;
  for (const [i, call] of calls.entries()) {
    for (const expected of call.expected.filter((one) => one.tensor === tensor)) {
      const x = tensorOf(a[i], expected);
      const y = b ? tensorOf(b[i], expected) : target(expected);
      // By the largest number of the tensor: what mistakes sum up may be large, and cancel.
      const allowed = 2 * (tolerance.atol + tolerance.rtol * largest(y));
      for (let k = 0; k < x.length; k++) {
        if (Object.is(x[k], y[k])) continue;
        const over = Math.abs(x[k] - y[k]) / allowed;
        if (!(over < 1)) return Infinity;
        most = Math.max(most, over);
      }
    }
  }
  return most;
}

// Sentences.

function describePass(reports: TensorReport[], cases: number): string {
  const numbers = reports.reduce((sum, { count }) => sum + count, 0);
  const difference = Math.max(...reports.map(({ largestAbsolute }) => largestAbsolute));
  const sets = cases === 1 ? "" : `, in ${cases} sets of sizes`;
  return `All ${numbers.toLocaleString("en")} numbers agree with PyTorch${sets}. The largest difference is ${number(difference)}.`;
}

function describeMistakes(
  reports: readonly TensorReport[],
  all: readonly TensorReport[][],
  calls: readonly Call[],
  named: ReadonlyMap<string, string>,
): string {
  const wrong = reports.filter((report) => report.mistake !== null);
  if (reports.length > 1 && wrong.every(({ mistake }) => mistake?.kind === "untouched")) {
    if (wrong.length === reports.length) {
      return `Nothing was written: ${names(reports)} are as they were before the call. The function has to fill the arrays that it is given; what it returns is not looked at.`;
    }
  }
  const sentences = new Map<string, TensorReport[]>();
  for (const report of wrong) {
    const sentence = named.get(report.tensor) ?? describeMistake(report, all, calls);
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), report]);
  }
  // Those that name a mistake come first: what is wrong elsewhere may follow from it.
  return [...sentences]
    .sort(([, a], [, b]) => Number(named.has(b[0].tensor)) - Number(named.has(a[0].tensor)))
    .map(([sentence, of]) =>
      named.has(of[0].tensor)
        ? sentence
        : sentence.replace("%", names(of)).replace("#", of.length > 1 ? "are" : "is"),
    )
    .join(" ");
}

function describeMistake(
  report: TensorReport,
  all: readonly TensorReport[][],
  calls: readonly Call[],
): string {
  const { mistake, how, count, wrong, shape, axes } = report;
  switch (mistake?.kind) {
    case "untouched":
      if (how === "updates") return "Nothing was changed in %.";
      return `Nothing was ${how === "writes" ? "written" : "added"} to %.${mistake.isNaN ? " Before the call it holds no numbers, so that += changes nothing: it has to be set, with =." : ""}`;
    case "gaps": {
      const { at } = mistake;
      const are = at.length === 1 ? "is as it was" : "are as they were";
      const where = pattern(report, at) || `, the first at ${locate(at[0], shape, axes)}`;
      return `Not all of % was ${how === "updates" ? "updated" : "written"}: ${at.length} of ${count} numbers ${are} before the call${where}.`;
    }
    case "nonfinite":
      return `% holds ${mistake.value} at ${locate(mistake.first, shape, axes)}${mistake.count > 1 ? ` and ${mistake.count - 1} more that are not finite` : ""}. Look for a division by 0, a root of a negative number, or an index past the end of an array.`;
    case "overwrites":
      return "% # right, but written over what was there. Gradients are added to what is there: use += in place of =, and clear nothing first.";
    case "sign":
      if (how === "updates") {
        return "Every number of % has moved as far as it should, but the other way.";
      }
      return "% # right except for the sign: every number has the opposite one.";
    case "factor": {
      const factor = nameFactor(report.tensor, mistake.factor, all, calls);
      if (how === "updates") return `The change of % is off by the constant factor ${factor}.`;
      return `% # off by the constant factor ${factor}.`;
    }
    default:
      return `% # wrong ${wrong === count ? "everywhere" : `in ${wrong} of ${count} numbers${pattern(report, wrongOnes(report))}`}.`;
  }
}

/** "8, which is C", where that holds for every case in which the tensor is off by a factor. */
function nameFactor(
  tensor: string,
  factor: number,
  all: readonly TensorReport[][],
  calls: readonly Call[],
): string {
  const value = number(factor);
  const seen = all.flatMap((reports, i) =>
    reports.flatMap(({ tensor: name, mistake }) =>
      name === tensor && mistake?.kind === "factor"
        ? [{ factor: mistake.factor, sizes: calls[i].sizes }]
        : [],
    ),
  );
  const candidates: [string, (sizes: Readonly<Record<string, number>>) => number][] = [];
  for (const name of Object.keys(seen[0]?.sizes ?? {})) {
    candidates.push([name, (sizes) => sizes[name]]);
    candidates.push([`1/${name}`, (sizes) => 1 / sizes[name]]);
    candidates.push([`sqrt(${name})`, (sizes) => Math.sqrt(sizes[name])]);
    candidates.push([`1/sqrt(${name})`, (sizes) => 1 / Math.sqrt(sizes[name])]);
  }
  candidates.push(["B*T", ({ B, T }) => B * T], ["1/(B*T)", ({ B, T }) => 1 / (B * T)]);
  // A size of 1 that a factor is close to says nothing.
  const match = candidates.find(
    ([, of]) =>
      seen.every((one) => Math.abs(one.factor / of(one.sizes) - 1) < 1e-3) &&
      seen.some((one) => of(one.sizes) !== 1),
  );
  return match ? `${value}, which is ${match[0]}` : value;
}

function wrongOnes({ errors }: TensorReport): number[] {
  return Array.from(errors.keys()).filter((i) => !(errors[i] <= 1));
}

/** ", all of them at c = 0": where the given elements have something in common. */
function pattern({ shape, axes }: TensorReport, indices: readonly number[]): string {
  const common = axes.flatMap((axis, dimension) => {
    if (shape[dimension] < 2) return [];
    const at = new Set(indices.map((i) => coordinates(i, shape)[dimension]));
    const length = shape[dimension];
    if (at.size === 1) return [`${axis} = ${[...at][0]}`];
    // A few that merely miss 0 say nothing: most of the elements there have to be among them.
    const most = indices.length > (size(shape) * (length - 1)) / length / 2;
    return most && at.size === length - 1 && !at.has(0) ? [`${axis} > 0`] : [];
  });
  const all = indices.length === 1 ? "" : "all of them ";
  return common.length > 0 ? `, ${all}at ${common.join(" and ")}` : "";
}

function names(reports: readonly { tensor: string }[]): string {
  const list = reports.map(({ tensor }) => tensor);
  return list.length < 2 ? list.join() : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}

/** Names for the dimensions of a tensor, from the sizes that they equal: ["b", "t", "c"]. */
export function nameAxes(
  shape: readonly number[],
  sizes: Readonly<Record<string, number>>,
): string[] {
  const all = Object.entries(sizes);
  const free = [...all];
  let unnamed = 0;
  return shape.map((length, dimension) => {
    // The last of those that fit for the last dimension: with T = C, (B, T, C) still reads b, t, c.
    const fits = free.filter(([, size]) => size === length);
    const match = dimension === shape.length - 1 ? fits.at(-1) : fits[0];
    if (match) {
      free.splice(free.indexOf(match), 1);
      return match[0].toLowerCase();
    }
    const again = all.find(([, size]) => size === length); // (T, T) reads t, t2
    return again ? `${again[0].toLowerCase()}2` : ("ijmn"[unnamed++] ?? "i");
  });
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function coordinates(index: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    at.unshift(index % shape[d]);
    index = Math.floor(index / shape[d]);
  }
  return at;
}

/** "(b, t, c) = (0, 1, 3)", or "c = 3" for a tensor of one dimension. */
export function locate(index: number, shape: readonly number[], axes: readonly string[]): string {
  const at = coordinates(index, shape);
  if (at.length === 1) return `${axes[0]} = ${at[0]}`;
  return `(${axes.join(", ")}) = (${at.join(", ")})`;
}

/** A number as the reader sees it: at most 5 digits. */
export function number(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace(".0e", "e");
  return String(Number(value.toPrecision(5)));
}
