// Whatever stands in a formula of the course is explained on the page about its notation.

import { describe, expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { gatherNotation, symbolRows } from "../../src/notation.ts";
import { formulasOf, lettersOf } from "./formulas.ts";

/** e is the base of the natural logarithm, d is the differential: not symbols of ours. */
const common = ["e", "d"];

describe("the notation of the course", () => {
  const explained = new Set([
    ...common,
    ...gatherNotation(course).flatMap(({ symbol }) =>
      formulasOf(symbol).flatMap((formula) => [...lettersOf(formula)]),
    ),
  ]);

  test.each(course)("every letter in a formula of $slug is in it", ({ mdx }) => {
    const faults = formulasOf(mdx).flatMap((formula) => {
      const missing = [...lettersOf(formula)].filter((letter) => !explained.has(letter));
      return missing.length > 0 ? [`${missing.join(", ")} in $${formula.trim()}$`] : [];
    });
    expect(faults).toEqual([]);
  });

  // Steps of training, k up to t, are numbered from 1, as in the paper about Adam.
  test.each(course)("indices in the formulas of $slug count from 0", ({ mdx }) => {
    const fromOne = formulasOf(mdx).filter(
      (formula) =>
        /^[^0]*_\{?1\}?\s*,\s*\\[cl]?dots/.test(formula) ||
        /\\(sum|prod)_\{[a-z]=1\}(?!\^\{?t)/.test(formula),
    );
    expect(fromOne).toEqual([]);
  });

  test.each(course)("every row of $slug names a variable and says what it is", ({ mdx }) => {
    for (const row of symbolRows(mdx)) {
      expect(row.symbol).toMatch(/^\$.+\$$/);
      expect(row.variable.length, row.symbol).toBeGreaterThan(0);
      expect(row.what?.length, row.symbol).toBeGreaterThan(5);
    }
  });
});

test("letters are found with their accents, words and code are not", () => {
  const formula =
    "\\hat{x}_i = \\frac{\\texttt{dout}_i}{\\sqrt{v + \\varepsilon}} \\operatorname{mean}(g)";
  expect([...lettersOf(formula)].sort()).toEqual(
    ["\\hat{x}", "i", "v", "\\varepsilon", "g"].sort(),
  );
});

test("formulas are found in the text and in attributes, not in code", () => {
  const mdx = [
    "Costs `$5` and $a + b$.",
    "```text",
    "$c$",
    "```",
    '<Question why="because $d$" />',
    "$$\ne^f\n$$",
  ].join("\n");
  expect(formulasOf(mdx).map((formula) => formula.trim())).toEqual(["a + b", "d", "e^f"]);
});

test("the same meaning in two lessons is one row that names both", () => {
  const table = (rows: string) =>
    `<Symbols>\n\n| Symbol | Variable | Shape | What it is |\n| --- | --- | --- | --- |\n${rows}\n\n</Symbols>`;
  const [one, two] = course;
  const first = { ...one, mdx: table("| $x$ | `inp` | `(B, T)` | the input |") };
  const second = {
    ...two,
    mdx: table("| $x$ | `inp` | `(N)` | the input |\n| $m$ | `max` | none | the largest score |"),
  };
  const notation = gatherNotation([first, second]);
  expect(notation).toEqual([
    {
      symbol: "$x$",
      variable: "`inp`",
      shape: "`(B, T)`",
      what: "the input",
      lessons: [first, second],
    },
    {
      symbol: "$m$",
      variable: "`max`",
      shape: "none",
      what: "the largest score",
      lessons: [second],
    },
  ]);
  expect(() => symbolRows("<Symbols>\n| Symbol | Name |\n| --- | --- |\n</Symbols>")).toThrow(
    "has the columns Symbol, Name, expected",
  );
});
