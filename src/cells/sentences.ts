// What a reader is told: one or two sentences, each of which says only what was found in this very answer.

import { locate } from "./axes.ts";
import type { Call } from "./check.ts";
import type { TensorReport } from "./compare.ts";
import type { Named } from "./recognise.ts";
import { findPattern } from "./relations.ts";

/** A sentence about one line of the reader's text, where the line is known. */
export interface Remark {
  line?: number; // of the file
  says: string;
}

/** All that was found out about an answer that is wrong. */
export interface Findings {
  /** Of each call, its tensors. */
  reports: readonly (readonly TensorReport[])[];
  calls: readonly Call[];
  failed: number; // the first call that is wrong
  named: ReadonlyMap<string, Named>;
  /** Whether it is the code that the reader began with: its text, or only its numbers. */
  unchanged?: "text" | "numbers";
  /** What the text itself shows, each a sentence. */
  hints?: readonly Remark[];
  /** Where numbers become infinite or NaN, or an index leaves its array. */
  odd?: Remark;
  /** The lines that write the wrong numbers of a tensor. */
  lines?: ReadonlyMap<string, readonly number[]>;
  /** An argument that should only be read, and was changed. */
  changed?: string;
  /** What += on a tensor that is written, or a tensor given another name, looks like in the text. */
  unwritten?: ReadonlyMap<string, string>;
  /** Whether the text returns something; not known where it was not looked at. */
  returns?: boolean;
}

export function describePass(
  reports: readonly (readonly TensorReport[])[],
  calls: readonly Call[],
): string {
  const isDrawn = calls.map(({ seed }) => seed !== undefined);
  const fixed = reports.filter((_, i) => !isDrawn[i]);
  const drawn = reports.filter((_, i) => isDrawn[i]);
  const numbers = (of: readonly (readonly TensorReport[])[]) =>
    of
      .flat()
      .reduce((sum, { count }) => sum + count, 0)
      .toLocaleString("en");
  const difference = Math.max(...reports.flat().map(({ largestAbsolute }) => largestAbsolute));
  const sets = fixed.length === 1 ? "" : `, in ${fixed.length} sets of sizes`;
  const others =
    drawn.length === 0
      ? ""
      : ` Another ${numbers(drawn)}, in ${drawn.length} ${drawn.length === 1 ? "set" : "sets"} of sizes drawn just now, agree with this course's own code.`;
  return `All ${numbers(fixed)} numbers agree with PyTorch${sets}.${others} The largest difference is ${number(difference)}.`;
}

export function describeMistakes(findings: Findings): string {
  const { reports, failed, named, unchanged, hints = [], odd } = findings;
  const wrong = reports[failed].filter((report) => report.mistake !== null);
  const untouched = wrong.filter(({ mistake }) => mistake?.kind === "untouched");
  if (untouched.length === reports[failed].length && named.size === 0) {
    return nothingWritten(findings);
  }

  const beginning =
    untouched.length > 0 || named.size > 0 || !unchanged
      ? []
      : unchanged === "text"
        ? ["You have not changed the code yet."]
        : ["These are the very numbers that the code you began with gives."];
  const sentences = new Map<string, { names: string[]; known: boolean }>();
  const add = (sentence: string, name: string, known: boolean) => {
    const one = sentences.get(sentence) ?? { names: [], known };
    one.names.push(name);
    sentences.set(sentence, one);
  };
  for (const report of wrong) {
    const known = named.get(report.tensor);
    if (!known) {
      add(describeMistake(report, findings), report.tensor, false);
      continue;
    }
    add(known.says, report.tensor, true);
    if (known.overwrites.includes(report.tensor)) add(overwritten, report.tensor, true);
  }
  // Those that name a mistake come first, then gaps: what is wrong elsewhere may follow from them.
  const gaps = new Set(
    wrong.flatMap(({ mistake, tensor }) => (mistake?.kind === "gaps" ? tensor : [])),
  );
  const rank = ({ known, names: of }: { known: boolean; names: string[] }) =>
    known ? 0 : of.some((name) => gaps.has(name)) ? 1 : 2;
  const told = [...sentences].sort(([, a], [, b]) => rank(a) - rank(b));
  const unnamed = wrong.filter((report) => !named.has(report.tensor));
  const further = [];
  if (unnamed.length > 0) {
    if (findings.changed) {
      further.push(`${findings.changed} has changed too, which should only be read.`);
    }
    further.push(...(odd ? [odd.says] : []), ...whereRight(findings));
    if (!unchanged) further.push(...writtenIn(unnamed, findings));
  }
  return [
    ...beginning,
    ...(unnamed.length > 0 ? hints.map(({ says }) => says) : []),
    ...told.map(([sentence, { names: of, known }]) =>
      known && sentence !== overwritten ? sentence : fillIn(sentence, of),
    ),
    ...further,
  ].join(" ");
}

const overwritten =
  "% # also written over what was there. Gradients are added to what is there: use += instead of =.";

/** "%" becomes the names, "#" is or are, "@" holds or hold. */
function fillIn(sentence: string, tensors: readonly string[]): string {
  const several = tensors.length > 1;
  return sentence
    .replace("%", list(tensors))
    .replace("#", several ? "are" : "is")
    .replace("@", several ? "hold" : "holds");
}

function nothingWritten(findings: Findings): string {
  const reports = findings.reports[findings.failed];
  const tensors = reports.map(({ tensor }) => tensor);
  const adds = reports.some(({ how }) => how === "adds");
  const why = whyUnwritten(tensors, findings);
  const are = fillIn("% # as before the call", tensors).replace(
    "are as before",
    "are as they were before",
  );
  const what = adds ? "Nothing was added, or nothing but 0" : "Nothing was written";
  const where = whereRight(findings);
  const task = [
    "The function has to fill the arrays that it is given; what it returns is not looked at.",
  ];
  if (why.length > 0 || where.length > 0 || findings.odd || findings.returns === false) task.pop();
  return [
    `${what}: ${are.replace("is as before", "is as it was before")}.`,
    ...(findings.hints ?? []).map(({ says }) => says),
    ...why,
    ...(findings.odd ? [findings.odd.says] : []),
    ...where,
    ...task,
  ].join(" ");
}

/** What the text does with the names of these tensors. What is the same of several is told of one, and the others are named. */
function whyUnwritten(tensors: readonly string[], { unwritten }: Findings): string[] {
  const alike = new Map<string, string[]>();
  for (const tensor of tensors) {
    const says = unwritten?.get(tensor);
    if (!says) continue;
    const bare = says.replaceAll(tensor, "%");
    alike.set(bare, [...(alike.get(bare) ?? []), tensor]);
  }
  return [...alike].map(([bare, [first, ...others]]) => {
    const says = bare.replaceAll("%", first);
    return others.length > 0 ? `${says} The same goes for ${list(others)}.` : says;
  });
}

function describeMistake(report: TensorReport, findings: Findings): string {
  const { tensor, mistake, how, count, wrong, shape, axes } = report;
  const change = how === "writes" ? "" : how === "adds" ? "what was added to " : "the change of ";
  const What = change ? `${change[0].toUpperCase()}${change.slice(1)}%` : "%";
  switch (mistake?.kind) {
    case "untouched": {
      const why = findings.unwritten?.get(tensor);
      const said = how === "updates" ? "changed in" : how === "adds" ? "added to" : "written to";
      return `Nothing was ${said} %${how === "adds" ? ", or nothing but 0" : ""}.${why ? ` ${why}` : ""}`;
    }
    case "gaps": {
      const { at } = mistake;
      const are = at.length === 1 ? "is as it was" : "are as they were";
      const where = pattern(report, at) || `, the first at ${locate(at[0], shape, axes)}`;
      const numbers = `${at.length} of ${count} numbers ${are} before the call${where}`;
      if (how === "writes") return `Not all of % was written: ${numbers}.`;
      return `Not all of % has changed: ${numbers}.`;
    }
    case "unwritten": {
      const why = findings.unwritten?.get(tensor);
      const more = mistake.count > 1 ? ` and ${mistake.count - 1} more that are not finite` : "";
      return `% @ NaN at ${locate(mistake.first, shape, axes)}${more}, computed from a number that had not been written: before the call, the arrays that are to be filled hold no numbers.${why ? ` ${why}` : ""}`;
    }
    case "nonfinite": {
      const more = mistake.count > 1 ? ` and ${mistake.count - 1} more that are not finite` : "";
      const look = findings.odd
        ? ""
        : " Look for a division by 0, for Infinity divided by Infinity, and for a name or an index that is undefined.";
      const several = mistake.count < count && !findings.odd; // else the place says nothing
      const there = several ? inputThere(report, mistake.first, findings) : "";
      return `% @ ${mistake.value} at ${locate(mistake.first, shape, axes)}${more}.${there}${look}`;
    }
    case "overwrites":
      return "% # right, but written over what was there. Gradients are added to what is there: use += instead of =, and clear nothing first.";
    case "sign":
      if (how === "updates") {
        return "Every number of % has moved as far as it should, but the other way.";
      }
      return "% # right except for the sign: every number has the opposite one.";
    case "zero":
      return "% @ nothing but 0.";
    case "factor": {
      const factor = nameFactor(report.tensor, mistake.factor, findings);
      if (how === "updates") return `The change of % is off by the constant factor ${factor}.`;
      return `% # off by the constant factor ${factor}.`;
    }
    case "times":
      return mistake.inverse
        ? `${What} is right, divided by ${mistake.name}: divide by it once less, or multiply by it once more.`
        : `${What} is right, times ${mistake.name}: it is multiplied by ${mistake.name} once too often, or a division by it is missing.`;
    case "plus":
      return mistake.sign > 0
        ? `${What} is right, plus ${mistake.name}: that is too much.`
        : `${What} is right, minus ${mistake.name}: that is missing, or taken off once too often.`;
    case "constant":
      return `Every number of % is too ${mistake.by > 0 ? "large" : "small"} by ${number(Math.abs(mistake.by))}.`;
    case "rowFactor":
      return `Each row of % is off by a factor of its own, the same for all numbers of the row: a factor that belongs to the row is wrong or missing.`;
    case "rowConstant":
      return `Each row of % is off by a number of its own, the same for all places in the row: a term that belongs to the row is wrong or missing.`;
    case "order":
      return `% @ the right numbers in the wrong order: they are laid out as (${mistake.axes.join(", ")}), and the shape is (${axes.filter((_, d) => shape[d] > 1).join(", ")}).`;
    case "slice": {
      const { name, from, wanted } = mistake;
      return `% @ the numbers of ${name} from ${from} on. The right ones begin at ${wanted}.`;
    }
    case "places":
      return "% @ the right numbers in the wrong places.";
    default:
      return `% # wrong ${wrong === count ? "everywhere" : `in ${wrong} of ${count} numbers${pattern(report, wrongOnes(report))}`}.`;
  }
}

/** What the input holds where a result is no number: the range of its row, or the one number. */
function inputThere(
  { shape, tensor }: TensorReport,
  at: number,
  { calls, failed }: Findings,
): string {
  const { names, args, shapes, sizes, expected } = calls[failed];
  const own = expected.find((one) => one.tensor === tensor);
  if (own?.part) return "";
  for (const [i, name] of names.entries()) {
    const values = args[i];
    if (!(values instanceof Float32Array) || String(shapes[i]) !== String(shape)) continue;
    if (expected.some(({ argument }) => argument === i)) continue;
    if (shape.length === 1) return ` There ${name} is ${number(values[at])}.`;
    const columns = shape.at(-1) ?? 1;
    const row = at - (at % columns);
    const used = values.subarray(
      row,
      row + (columns === sizes.Vp ? (sizes.V ?? columns) : columns),
    );
    return ` In that row ${name} goes from ${number(Math.min(...used))} to ${number(Math.max(...used))}.`;
  }
  return "";
}

/** "8, which is C", where that holds for every case in which the tensor is off by a factor. */
function nameFactor(tensor: string, factor: number, { reports, calls }: Findings): string {
  const value = number(factor);
  const seen = reports.flatMap((of, i) =>
    of.flatMap(({ tensor: name, mistake }) =>
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

/** What the calls have in common that are right, where there is one thing that tells them from the wrong ones. */
function whereRight({ reports, calls, failed }: Findings): string[] {
  const isRight = reports.map((of) => of.every(({ mistake }) => mistake === null));
  const right = calls.filter((_, i) => isRight[i]);
  const wrong = calls.filter((_, i) => !isRight[i]);
  if (right.length === 0) return [];
  const found: string[] = [];
  // A few calls may be right, or wrong, for another reason: drawn ones are made to tell sizes apart.
  const drawn = calls.some(({ seed }) => seed !== undefined);
  const several = drawn && right.length > 1 && wrong.length > 1;
  const split = (test: (call: Call) => boolean, where: string, elsewhere: string) => {
    if (right.every(test) && !wrong.some(test))
      found.push(`Where ${where}, all is right; where ${elsewhere}, it is not.`);
    if (wrong.every(test) && !right.some(test))
      found.push(`Where ${elsewhere}, all is right; where ${where}, it is not.`);
  };
  for (const [position, name] of calls[0].names.entries()) {
    split(({ args }) => args[position] === null, `${name} is null`, `${name} is an array`);
  }
  for (const name of several ? Object.keys(calls[0].sizes) : []) {
    if (name === "N") continue; // a single number may be right by chance
    // A size that is 1 or 0 is a yes or no.
    const isFlag = calls.every(({ sizes }) => sizes[name] === 0 || sizes[name] === 1);
    split(
      ({ sizes }) => sizes[name] === 1,
      `${name} = 1`,
      isFlag ? `${name} = 0` : `${name} is another number`,
    );
    if (name === "k" || name === "l") {
      split(({ sizes }) => sizes[name] === 0, `${name} = 0`, `${name} is larger`);
    }
  }
  const pairs: [string, string][] = [
    ["V", "Vp"],
    ["topK", "V"],
  ];
  for (const [a, b] of several ? pairs : []) {
    if (calls[0].sizes[a] === undefined || calls[0].sizes[b] === undefined) continue;
    split(({ sizes }) => sizes[a] === sizes[b], `${a} = ${b}`, `${a} and ${b} differ`);
    split(({ sizes }) => sizes[a] > sizes[b], `${a} > ${b}`, `${a} is at most ${b}`);
  }
  if (found.length === 1) return found;
  const { seed } = calls[failed];
  const others = `${right.length} of ${calls.length} sets of sizes`;
  if (seed !== undefined)
    return [
      `${others} are right. This one was drawn, with the seed ${seed}, and will be tried again.`,
    ];
  const are = right.length === 1 ? "is" : "are";
  return right.length >= calls.length / 2 ? [`${others} ${are} right.`] : [];
}

/** The lines that write the wrong numbers. */
function writtenIn(reports: readonly TensorReport[], { lines }: Findings): string[] {
  const all = [...new Set(reports.flatMap(({ tensor }) => lines?.get(tensor) ?? []))].sort(
    (a, b) => a - b,
  );
  if (all.length === 0 || all.length > 3) return [];
  return [
    `The wrong numbers are written in line${all.length > 1 ? "s" : ""} ${list(all.map(String))}.`,
  ];
}

function wrongOnes({ errors }: TensorReport): number[] {
  return Array.from(errors.keys()).filter((i) => !(errors[i] <= 1));
}

/** ", all of them at i = 0": where the given elements have something in common. */
function pattern({ shape, axes }: TensorReport, indices: readonly number[]): string {
  const common = findPattern(shape, axes, indices);
  const all = indices.length === 1 ? "" : "all of them ";
  return common.length > 0 ? `, ${all}at ${list(common)}` : "";
}

/** "a, b and c" */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A number as the reader sees it: at most 5 digits. */
export function number(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace(".0e", "e");
  return String(Number(value.toPrecision(5)));
}

/** A line that the editor marks. */
export interface Mark {
  line: number; // of the file
  says: string;
  severity: "error" | "warning";
}

/**
 * The lines that something is said of, or else those that write the wrong numbers, where they are few. Nothing is marked in
 * the code that the reader began with.
 */
export function markLines(findings: Findings): Mark[] {
  const { reports, failed, unchanged, hints = [], odd, lines } = findings;
  if (unchanged) return [];
  const told = [...hints, ...(odd ? [odd] : [])].flatMap(({ line, says }): Mark[] =>
    line === undefined ? [] : [{ line, says, severity: "error" }],
  );
  if (told.length > 0) return told;
  const tensors = new Map<number, string[]>();
  for (const { tensor, mistake } of reports[failed]) {
    for (const line of (mistake && lines?.get(tensor)) || []) {
      tensors.set(line, [...(tensors.get(line) ?? []), tensor]);
    }
  }
  if (tensors.size > 3) return [];
  return [...tensors].map(([line, of]) => {
    const says = `Wrong numbers of ${list(of)} are written here.`;
    return { line, says, severity: "warning" };
  });
}
