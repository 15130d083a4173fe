// The names that the search finds before it looks into pages.

import { expect, test } from "vitest";
import { GET } from "../../src/pages/names.json.ts";
import { findNames, isSlip, type Named } from "../../src/search/names.ts";

const all: Named[] = await GET().json();
const first = (term: string) => {
  const [found] = findNames(all, term);
  return found && [found.kind, found.name];
};

test("lessons, exercises, symbols and words are found by how they begin, whatever the case", () => {
  expect(first("atten")).toEqual(["lesson", "Attention"]);
  expect(first("SOFTMAX")).toEqual(["lesson", "Softmax"]);
  expect(first("rstd")).toEqual(["symbol", "rstd"]);
  expect(first("aliasing")).toEqual(["word", "aliasing"]);
  expect(findNames(all, "find the bug").every(({ kind }) => kind === "exercise")).toBe(true);
  expect(first("processor")).toEqual(["lesson", "Onto the processor’s vectors"]); // a word inside
  expect(findNames(all, "")).toEqual([]);
  expect(findNames(all, "e").length).toBe(6);
});

test("one slip is forgiven in a term of four letters or more, and not two", () => {
  expect(first("sotfmax")).toEqual(["lesson", "Softmax"]);
  expect(first("layrnorm")).toEqual(["lesson", "LayerNorm"]);
  expect(first("matnul")).toEqual(["lesson", "Matmul"]);
  expect(first("encodder")).toEqual(["lesson", "Encoder"]);
  expect(first("deviation")).toEqual(["symbol", "rstd"]); // by what is said of it
  expect(findNames(all, "sotfmxa")).toEqual([]);
  expect(first("rsd")).not.toEqual(["symbol", "rstd"]); // three letters begin too much, with a slip
  expect(findNames(all, "xyz")).toEqual([]);
});

test("of names that begin alike the shorter comes first, and a slip in three letters is none", () => {
  const names = ["matrices", "matrix", "a mat"].map((name): Named => {
    return { name, kind: "word", says: "", url: "" };
  });
  const found = (term: string) => findNames(names, term).map(({ name }) => name);
  expect(found("mat")).toEqual(["matrix", "matrices", "a mat"]);
  expect(found("mar")).toEqual([]);
  expect(found("marr")).toEqual(["matrix", "matrices"]);
  expect(found("rtam")).toEqual([]);
});

test.each([
  ["abcd", "abd", true],
  ["abcd", "abxcd", true],
  ["abcd", "axcd", true],
  ["abcd", "acbd", true],
  ["abcd", "abcd", true],
  ["abcd", "badc", false],
  ["abcd", "axxd", false],
  ["abcd", "ab", false],
])("%s and %s are one slip apart: %s", (a, b, near) => {
  expect([isSlip(a, b), isSlip(b, a)]).toEqual([near, near]);
});

test("what is said of a name has no marks of Markdown", () => {
  expect(all.length).toBeGreaterThan(150);
  for (const { name, says } of all) expect(`${name} ${says}`).not.toMatch(/[`$]/);
  expect(new Set(all.map(({ kind }) => kind)).size).toBe(4);
});
