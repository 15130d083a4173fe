// What a reader wrote in one stage of an exercise, put into the next: the lines of their loop where the later function has a
// place for them, or, where those lines need something that is not known there, all of the earlier code below.

import { codeOnly } from "./text.ts";

/** What an exercise takes over from an earlier one of its lesson: bring.ts in its folder. */
export interface Bring {
  from: string; // the earlier exercise
  stage: string; // what the reader calls it, "the first stage"
  kernel: string; // the function that is written there
  /** How the line in front of the reader's begins. Theirs go on to the end of the block that it is in. */
  after: string;
  /** The line of the later text below which they belong. */
  below: string;
  /** What start.ts has there, to be replaced. Where the reader has changed it, it stays. */
  instead: string;
  /** Names of the earlier text that the later one does not have: what each of them is there. */
  names: Readonly<Record<string, string>>;
}

/** The later text with the earlier code in it. */
export interface Brought {
  text: string;
  line: number; // counted from 1: the first of the reader's lines
  says: string;
}

/**
 * Puts the code of an earlier exercise into the text of a later one. Nothing that is there is lost: what is replaced is what
 * the exercise began with.
 *
 * @returns null where it is there already
 */
export function bringIn(text: string, earlier: string, bring: Bring): Brought | null {
  if (new RegExp(`\\bfunction ${bring.kernel}\\b`).test(codeOnly(text))) return null;
  const lines = takeLines(earlier, text, bring);
  const at = text.split("\n").findIndex((line) => line.trim() === bring.below);
  return lines && at >= 0 ? bringLines(text, lines, at, bring) : bringAll(text, earlier, bring);
}

function bringLines(text: string, lines: string[], at: number, bring: Bring): Brought | null {
  const own = text.split("\n");
  const indent = /^\s*/.exec(own[at])?.[0] ?? "";
  const put = lines.map((line) => (line === "" ? "" : indent + line));
  if (text.includes(put.join("\n"))) return null;
  const instead = bring.instead.split("\n");
  const untouched = instead.every((line, i) => own[at + 1 + i]?.trim() === line.trim());
  own.splice(at + 1, untouched ? instead.length : 0, ...put);
  const [first, last] = [at + 2, at + 1 + put.length];
  const join = last - first === 1 ? "and" : "to";
  const where = first === last ? `line ${first}` : `lines ${first} ${join} ${last}`;
  const kept = untouched ? "" : " What you had written there is below them.";
  return {
    text: own.join("\n"),
    line: first,
    says: `Your code from ${bring.stage} is in ${where}.${kept}`,
  };
}

function bringAll(text: string, earlier: string, { stage, kernel }: Bring): Brought {
  const code = earlier
    .split("\n")
    .filter((line) => !/^import\b/.test(line))
    .join("\n")
    .replaceAll(/^export /gm, "")
    .trim();
  const above = `${text.trimEnd()}\n\n`;
  const line = above.split("\n").length;
  const says = `All of your code from ${stage} is below, from line ${line} on: its lines do not fit in as they are. Call ${kernel}, or take from it what you need.`;
  return { text: `${above}${code}`, line, says };
}

/** The reader's lines, without their indentation; null where they cannot be told apart, or would not be understood there. */
function takeLines(earlier: string, later: string, bring: Bring): string[] | null {
  const all = earlier.split("\n");
  const code = codeOnly(earlier).split("\n");
  const head = code.findIndex((line) => line.trim().startsWith(bring.after));
  const before = code.slice(0, Math.max(0, head)).findLast((line) => line.trim() !== "");
  if (!before?.trimEnd().endsWith("{")) return null; // there is none, or something else of theirs comes first
  let depth = 0;
  let end = head + 1;
  for (; end < code.length; end++) {
    if (depth === 0 && code[end].trim() === "}") break;
    for (const [sign] of code[end].matchAll(/[{}]/g)) depth += sign === "{" ? 1 : -1;
    if (depth < 0) return null; // not one bracket a line
  }
  if (end === code.length) return null;

  const inside = code.slice(head + 1, end).join("\n");
  const outside = [...code.slice(0, head + 1), ...code.slice(end)].join("\n");
  const used = new Set(inside.match(/(?<![\w$.])[A-Za-z_$][\w$]*/g));
  const [there, own] = [declared(outside), declared(inside)];
  const known = declared(codeOnly(later));
  const foreign = [...there].filter((name) => used.has(name) && !own.has(name) && !known.has(name));
  if (foreign.some((name) => !(name in bring.names))) return null;

  const kept = all.slice(head + 1, end).filter((line) => !/^\s*\/\/ TODO/.test(line));
  while (kept[0]?.trim() === "") kept.shift();
  while (kept.at(-1)?.trim() === "") kept.pop();
  if (kept.length === 0) return null;
  const full = kept.filter((line) => line.trim() !== "");
  const indent = Math.min(...full.map((line) => /^\s*/.exec(line)?.[0].length ?? 0));
  return [
    ...foreign.map((name) => `const ${name} = ${bring.names[name]};`),
    ...kept.map((line) => line.slice(indent)),
  ];
}

/** What a text declares: constants, variables, functions, parameters. */
function declared(code: string): Set<string> {
  const names = [...code.matchAll(/\b(?:const|let|var|function)\s+([A-Za-z_$][\w$]*)/g)];
  const parameters = [...code.matchAll(/([A-Za-z_$][\w$]*)\s*:(?!:)/g)];
  const several = [...code.matchAll(/\b(?:const|let|var)\s*[[{]([^\]}]*)[\]}]/g)].flatMap(
    ([, inside]) => inside.match(/[A-Za-z_$][\w$]*/g) ?? [],
  );
  return new Set([...[...names, ...parameters].map(([, name]) => name), ...several]);
}
