// The names that the search finds before it looks into pages.

import { expect, test } from "vitest";
import { glossary } from "../../src/glossary.ts";
import { GET } from "../../src/pages/names.json.ts";
import { otherWords, places } from "../../src/search/asked.ts";
import { findNames, type Named } from "../../src/search/names.ts";
import { isSlip } from "../../src/search/term.ts";

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
  expect(new Set(all.map(({ kind }) => kind)).size).toBe(6);
});

/** What a learner types who does not know the course's own word, and where the first name that is found leads. */
test.each([
  ["why divide by sqrt", "/lessons/attention/#why-the-scores-are-scaled"],
  ["why do we divide by sqrt(d_k)?", "/lessons/attention/#why-the-scores-are-scaled"],
  ["1/√hs", "/lessons/attention/#why-the-scores-are-scaled"],
  ["vanishing gradients", "/lessons/residual/#the-derivation-of-the-backward-pass"],
  ["vanishing gradient", "/lessons/residual/#the-derivation-of-the-backward-pass"],
  ["how to avoid exploding gradients", "/lessons/adamw/#clipping-the-gradients"],
  ["what is a token", "/glossary/#token"],
  ["nan loss", "/lessons/gelu/#a-bug-to-find"],
  ["out of memory", "/lessons/training/#what-the-memory-holds"],
  ["how long does training take", "/lessons/training/#what-it-writes"],
  ["loss not going down", "/lessons/training/#reading-the-curve"],
  ["overfitting", "/lessons/dropout/"],
  ["mixed precision", "/lessons/fewer-bits/"],
  ["positional encoding", "/lessons/encoder/"],
  ["matrix multiplication", "/lessons/matmul/"],
  ["matmulBackward", "/lessons/matmul/#exercise-backward"],
  ["layernormForward", "/lessons/layernorm/#the-forward-pass"],
  ["cross entropy", "/lessons/crossentropy/"],
  ["why minus 1", "/lessons/crossentropy/#the-derivation-of-the-backward-pass"],
  ["backpropagation", "/lessons/backward-through-everything/"],
  ["relu", "/lessons/gelu/"],
  ["transformer", "/lessons/one-block-of-memory/"],
  ["bpe", "/glossary/#byte-pair-encoding"],
  ["optimizer", "/lessons/adamw/"],
  ["d_model", "/glossary/#channel"],
  ["top k", "/glossary/#top-k-top-p"],
  ["gamma", "/notation/#layernorm"],
  ["dL/dx", "/notation/#layernorm"],
  ["x_hat", "/notation/#layernorm"],
  ["flash attention", "/glossary/#flash-attention"],
  ["webgpu not supported", "/gpu/"],
  ["reset my progress", "/progress/"],
])("“%s” leads to %s", (typed, url) => {
  expect(findNames(all, typed)[0]?.url).toBe(url);
});

test("other words are of words and places that there are", () => {
  const words = glossary.map(({ word }) => word);
  expect(Object.keys(otherWords).filter((word) => !words.includes(word))).toEqual([]);
  const urls = new Set(all.map(({ url }) => url));
  expect(Object.keys(places).filter((place) => !urls.has(place))).toEqual([]);
});

test("what is only nearly the beginning of a word is no name where another word is nearly the whole", () => {
  const found = findNames(all, "sofmax");
  expect(found.length).toBeGreaterThan(1);
  for (const { name } of found) expect(name).toMatch(/softmax/i);
  const kinds = findNames(all, "gellu").map(({ name }) => name);
  expect(new Set(kinds)).toEqual(new Set(["GELU"]));
  const named = (...names: string[]) =>
    names.map((name): Named => ({ name, kind: "word", says: "", url: "" }));
  const both = named("Fewer bits", "fewest");
  expect(findNames(both, "fewex").map(({ name }) => name)).toEqual(["Fewer bits"]);
  // Where none is nearly the whole, the beginning will do.
  expect(findNames(named("tokeniser"), "tokenx").map(({ name }) => name)).toEqual(["tokeniser"]);
  expect(findNames(named("token", "tokeniser"), "tokenx").map(({ name }) => name)).toEqual([
    "token",
  ]);
});
