// Every symbol of the course, gathered from the <Symbols> tables of its lessons.

import type { Entry } from "./course.ts";

/** One row of a lesson's table from symbol to variable, each cell as Markdown. */
export interface SymbolRow {
  symbol: string; // "$\\hat{x}$"
  variable: string; // "`norm`"
  shape: string; // "`(B, T, C)`"
  what: string;
}

/** A symbol with one meaning, and the lessons that use it so, in the order of the course. */
export interface Notation extends SymbolRow {
  lessons: Entry[];
}

const head = ["Symbol", "Variable", "Shape", "What it is"];

/**
 * The rows of all <Symbols> tables of a lesson.
 *
 * @param mdx the lesson's text
 * @throws Error if such a table has other columns than Symbol, Variable, Shape and What it is
 */
export function symbolRows(mdx: string): SymbolRow[] {
  return [...mdx.matchAll(/<Symbols\b[^>]*>(.*?)<\/Symbols>/gs)].flatMap(([, table]) => {
    const lines = table.split("\n").filter((line) => line.startsWith("|"));
    const [names, , ...rows] = lines.map(cellsOf);
    if (names?.join() !== head.join()) {
      throw new Error(`a table of symbols has the columns ${names?.join(", ")}, expected ${head}`);
    }
    return rows.map(([symbol, variable, shape, what]) => ({ symbol, variable, shape, what }));
  });
}

/** The cells of a row of a Markdown table. */
function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** The rows of all lessons, each meaning once. */
export function gatherNotation(lessons: readonly Entry[]): Notation[] {
  const found = new Map<string, Notation>();
  for (const entry of lessons) {
    for (const row of symbolRows(entry.mdx)) {
      const meaning = `${row.symbol} ${row.variable} ${row.what}`;
      const known = found.get(meaning);
      if (!known) found.set(meaning, { ...row, lessons: [entry] });
      else if (!known.lessons.includes(entry)) known.lessons.push(entry);
    }
  }
  return [...found.values()];
}
