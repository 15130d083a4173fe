// The tables of symbols in the page, as what is searched for: formulas of the first column, variables of the second.

import { type Pattern, patternOf, wordsOf } from "./match.ts";

export const rows: HTMLTableRowElement[] = [];
export const patterns: Pattern[] = [];
const named = new Map<string, number[]>();

const add = (name: string, row: number): void => {
  const known = named.get(name) ?? [];
  if (!known.includes(row)) named.set(name, [...known, row]);
};

for (const row of document.querySelectorAll<HTMLTableRowElement>(".prose .symbols tbody tr")) {
  const at = rows.push(row) - 1;
  const [symbol, variable] = row.cells;
  for (const formula of symbol.querySelectorAll(".katex-html")) {
    patterns.push(patternOf(formula, at));
  }
  for (const tex of symbol.querySelectorAll("annotation")) add(tex.textContent ?? "", at);
  for (const code of variable.querySelectorAll("code")) {
    const text = code.textContent ?? "";
    const [first] = wordsOf(text);
    if (first && !text.includes(".")) add(first.word, at);
  }
}

/** The rows of a variable's name, or of a symbol in TeX. */
export const rowsNamed = (name: string): readonly number[] => named.get(name) ?? [];
