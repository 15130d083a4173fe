// An end to loops that have none. A worker cannot be interrupted, but a loop can count its rounds, and say where it is.

import { codeOnly } from "./text.ts";

/** Rounds of a loop, from where it was begun, after which it is taken to be endless at once. */
export const mostRounds = 20_000_000;

/** A loop that has gone round oftener than this is taken to be endless when the run has lasted two seconds. */
export const manyRounds = 100_000;

/** Milliseconds. A loop of the checks, whose tensors are small, takes a few of them, and far fewer rounds than many. */
export const patience = 2000;

/** The condition of a loop: "for (let i = 0; i < N; i++)", "while (reached < level)". */
interface Condition {
  start: number;
  end: number;
}

/**
 * The same code with a count of its rounds in the condition of every loop. Nothing else changes, and lines keep their
 * numbers. Loops over lists (`of`, `in`) end by themselves.
 *
 * @param first number of the first loop among those of all files
 * @returns the code, and how many loops it has
 */
export function countRounds(code: string, first = 0): { code: string; loops: number } {
  const text = codeOnly(code);
  const conditions: Condition[] = [];
  for (const { 0: found, 1: word, index } of text.matchAll(/(?<![\w$.])(for|while)\s*\(/g)) {
    const open = index + found.length - 1;
    const close = closing(text, open);
    if (close < 0) return { code, loops: 0 }; // not to be understood: it runs as it is
    if (word === "while") conditions.push({ start: open + 1, end: close });
    else {
      const parts = semicolons(text, open + 1, close);
      if (parts.length === 2) conditions.push({ start: parts[0] + 1, end: parts[1] });
    }
  }
  let counted = code;
  for (const [k, { start, end }] of [...conditions.entries()].reverse()) {
    const condition = counted.slice(start, end).trim() || "true";
    const loop = first + k;
    // The clock is looked at every 1024 rounds; where the loop comes to its end, its count begins again.
    const round = `$rounds[${loop}]++ & 1023 || $turning(${loop})`;
    counted = `${counted.slice(0, start)}((${round}) && (${condition})) || $left(${loop})${breaks(counted.slice(start, end))}${counted.slice(end)}`;
  }
  return { code: counted, loops: conditions.length };
}

/** The line breaks that trimming has taken away. */
function breaks(condition: string): string {
  const lost = condition.split("\n").length - condition.trim().split("\n").length;
  return "\n".repeat(lost);
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if ("([{".includes(text[i])) depth++;
    if (")]}".includes(text[i]) && --depth === 0) return i;
  }
  return -1;
}

function semicolons(text: string, from: number, to: number): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let i = from; i < to; i++) {
    if ("([{".includes(text[i])) depth++;
    if (")]}".includes(text[i])) depth--;
    if (text[i] === ";" && depth === 0) found.push(i);
  }
  return found;
}

/** A sentence for a loop that does not end, from its line. */
export function explainLoop(line: string, ended = true): string {
  const code = codeOnly(line);
  const times = `gone round more than ${manyRounds.toLocaleString("en")} times`;
  const rounds = ended ? `this loop had ${times}, and was ended` : `this loop has ${times}`;
  const head = /for\s*\(\s*(?:let|var)?\s*(\w+)\s*=[^;]*;([^;]*);([^)]*)\)/.exec(code);
  if (head) {
    const [, name, condition, step] = head;
    const counts =
      /(\w+)\s*(\+\+|--|[-+*/]?=)/.exec(step)?.[1] ?? /(\+\+|--)\s*(\w+)/.exec(step)?.[2];
    if (counts && counts !== name) {
      return `${rounds}. It begins with ${name}, but what changes from round to round is ${counts}`;
    }
    if (new RegExp(`\\b${name}\\s*=[^=]`).test(condition)) {
      return `${rounds}. = in its condition sets ${name}; to compare, write < or ===`;
    }
    if (!new RegExp(`\\b${name}\\b`).test(condition)) {
      return `${rounds}. Its condition does not ask for ${name}`;
    }
  }
  const set = /\bwhile\s*\(\s*\(?\s*(\w+)\s*=(?![=>])/.exec(code);
  if (set) return `${rounds}. = in its condition sets ${set[1]}; to compare, write ===, < or <=`;
  return `${rounds}. Does what its condition asks for change in every round?`;
}
