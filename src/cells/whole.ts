// What stays on one line where a line of code is broken: a shape such as (B, T, C), an index, a short call, and in a
// table of plain text what is in a column. See code.css.

import type { ShikiTransformer } from "shiki";
import { indentOf } from "./indent.ts";

/** From which character to which. */
export type Range = [from: number, to: number];

const room = 28; // characters of code beside the numbers of its lines, in a cell inside of a text, 320 pixels wide

/** Each pair of brackets with a blank in it, with the word that it belongs to: `inp[row + i];`. Outer ones first. */
function grouped(line: string): Range[] {
  const open: number[] = [];
  const found: Range[] = [];
  for (let i = 0; i < line.length; i++) {
    if ("([".includes(line[i])) open.push(i);
    const start = ")]".includes(line[i]) ? open.pop() : undefined;
    if (start === undefined || !line.slice(start, i).includes(" ")) continue;
    const before = /[^\s([{]*$/.exec(line.slice(0, start))?.[0].length ?? 0;
    const after = /^\S*/.exec(line.slice(i + 1))?.[0].length ?? 0;
    found.push([start - before, i + 1 + after]);
  }
  return found.sort(([a, aEnd], [b, bEnd]) => a - b || bEnd - aEnd);
}

/** What is in the columns of a line, which two blanks or more part, from the second on; `=` goes on with what is before it. */
const columns = (line: string): Range[] =>
  [...line.matchAll(/(?<=\S {2,})(?!= )\S+(?: \S+)*/g)].map(({ index, 0: { length } }) => [
    index,
    index + length,
  ]);

/** What stays on one line of what a line of code holds, from left to right. */
export function wholesOf(line: string): Range[] {
  const most = room - indentOf(line);
  const kept: Range[] = [];
  for (const [from, to] of grouped(line)) {
    if (to - from <= most && from >= (kept.at(-1)?.[1] ?? 0)) kept.push([from, to]);
  }
  return kept;
}

/**
 * The same of a line of plain text, of any length: the stylesheet breaks what is longer than a line. A shape is told within a
 * column of more than itself.
 */
export function wholesOfText(line: string): Range[] {
  const parts = columns(line);
  const kept: Range[] = [];
  for (const [from, to] of grouped(line)) {
    const fits = ([start, end]: Range) =>
      to <= start || end <= from || (start <= from && to <= end && to - from < end - start);
    if (from >= (kept.at(-1)?.[1] ?? 0) && parts.every(fits)) kept.push([from, to]);
  }
  return [...parts, ...kept].sort(([a], [b]) => a - b);
}

/** Marks them in a listing. */
export const keepWhole: ShikiTransformer = {
  name: "wholes",
  preprocess(code, options) {
    const find = options.lang === "text" ? wholesOfText : wholesOf;
    options.decorations ??= [];
    for (const [line, text] of code.split("\n").entries()) {
      for (const [from, to] of find(text)) {
        options.decorations.push({
          start: { line, character: from },
          end: { line, character: to },
          properties: { class: "whole" },
        });
      }
    }
  },
  pre(node) {
    if (this.options.lang === "text") node.properties["data-language"] = "text";
  },
};
