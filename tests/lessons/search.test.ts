// How formulas come into the index of the search as text, what is asked of it, and which sections come first.

import { describe, expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { renderMath } from "../../src/markdown/mathematics.ts";
import { formulaText, replaceFormulas } from "../../src/search/formulas.ts";
import { headingsOf } from "../../src/search/headings.ts";
import { prepare } from "../../src/search/indexed.ts";
import { findNames, meant, type Named } from "../../src/search/names.ts";
import {
  coverage,
  inSigns,
  orderSections,
  tellingWords,
  trimExcerpt,
  wordsOf,
} from "../../src/search/term.ts";
import { formulasOf } from "./formulas.ts";

const text = (tex: string) =>
  formulaText(/<math.*<\/math>/s.exec(renderMath(tex, false, "a test"))?.[0] ?? "");

test.each([
  [String.raw`\texttt{dinp} = \texttt{dout} \cdot W`, "dinp = dout · W"],
  [String.raw`\frac{1}{\sqrt{C}}`, "1/√C"],
  [String.raw`\frac{\partial L}{\partial \hat{x}_i}`, "∂L/∂x̂ᵢ"],
  [String.raw`\frac{\partial L}{\partial X_{n,i}}`, "∂L/∂X_(n,i)"],
  [String.raw`r = \frac{1}{\sqrt{v + \varepsilon}}`, "r = 1/√(v + ε)"],
  [String.raw`\frac{x^2}{1 - p}`, "x²/(1 − p)"],
  [String.raw`\frac{h}{2u}`, "h/(2u)"],
  [String.raw`\mu = \frac{1}{C} \sum_{j=0}^{C-1} x_j`, "μ = 1/C ∑(j = 0 … C − 1) xⱼ"],
  [String.raw`p_{\text{target}} - \mathbb{1}[v = \text{target}]`, "p_target − 1[v = target]"],
  [String.raw`-\eta \, \lvert G \rvert^2`, "−η |G|²"],
  [String.raw`\operatorname{mean}(g \, \hat{x})`, "mean(g x̂)"],
  [String.raw`\ln p_{a,v} + 12C^2`, "ln p_(a,v) + 12C²"],
  [String.raw`W^\top, \mathit{OC}`, "Wᵀ, OC"],
  [String.raw`2 \cdot (-0.7) = -1.4`, "2 · (−0.7) = −1.4"],
  ["e^{z_k - m}", "e^(zₖ−m)"],
  [String.raw`\bigl( \, g - 1 \, \bigr) < 2`, "(g − 1) < 2"],
  [String.raw`\underbrace{g_i}_{\text{straight}}`, "gᵢ (straight)"],
  [String.raw`\sqrt[3]{x}`, "³√x"],
  [String.raw`\begin{aligned} y &= a b \\ &= c \\ z &= 1 \end{aligned}`, "y = ab = c; z = 1"],
  [String.raw`\sum_{t \text{ in part } j} \ell_t`, "∑_(t in part j) ℓₜ"],
])("%s is indexed as %s", (tex, expected) => {
  expect(text(tex)).toBe(expected.normalize("NFC"));
});

test("every formula of the course becomes text, without a trace of TeX or MathML", () => {
  const formulas = course.flatMap(({ mdx }) => formulasOf(mdx));
  expect(formulas.length).toBeGreaterThan(1000);
  for (const tex of formulas) {
    expect(text(tex), tex).toMatch(/\S/);
    expect(text(tex), tex).not.toMatch(/\\|<\/?m|&[a-z#]|undefined/);
  }
});

describe("a page that is indexed", () => {
  test("has its formulas in their places, and nothing of them twice", () => {
    const formula = renderMath(String.raw`a < \frac{b}{c}`, false, "a test");
    const page = `<p>Where ${formula}, and <b>${formula}</b>.</p>`;
    expect(replaceFormulas(page)).toBe("<p>Where a &#60; b/c, and <b>a &#60; b/c</b>.</p>");
    expect(replaceFormulas("<p>No formula.</p>")).toBe("<p>No formula.</p>");
  });

  test("has spaces where the layout keeps words apart, and code that weighs less", () => {
    expect(prepare("<dt>x</dt><dd>the input</dd>")).toBe(" <dt>x</dt> <dd>the input</dd>");
    expect(prepare("<b>f</b><pre>let x</pre>")).toMatch(
      /^<b>f<\/b> <pre data-pagefind-weight="0\.\d+">/,
    );
  });

  test("is refused where a formula is broken", () => {
    expect(() => replaceFormulas('<span class="katex"><span>x</span>')).toThrow("not closed");
    expect(() => replaceFormulas('<span class="katex">x</span>')).toThrow("no MathML");
  });
});

test.each([
  ["1/√C", ["1c"]],
  ["sqrt(C)", ["c"]],
  ["x_i", ["xᵢ"]],
  ["cross_entropy", ["cross_entropy"]],
  ["dout · W", ["dout", "w"]],
  ["why minus 1", ["minus", "1"]],
  ["out of memory", ["memory"]],
  ["what is the", ["what", "is", "the"]], // nothing else is there
  ["Cross-entropy?", ["cross-entropy"]],
  ["=", []],
])("what is typed as “%s” is looked for as %j", (typed, words) => {
  expect(wordsOf(typed)).toEqual(words);
});

test("the sections that are most about what was typed come first, and its page's title counts for all", () => {
  const section = (title: string, excerpt: string, scores: number[] = []) => ({
    ...{ title, excerpt },
    weighted_locations: scores.map((balanced_score) => ({ balanced_score })),
  });
  const order = (sections: ReturnType<typeof section>[], typed: string, page?: string) =>
    orderSections(sections, typed, page).map(({ title }) => title);
  const where = section("Where it fits", "<mark>LayerNorm</mark> is a layer", [9, 9, 9]);
  const derivation = section("The derivation of the backward pass", "the loss depends on r", [1]);
  expect(order([where, derivation], "layer norm backward", "LayerNorm")).toEqual([
    "The derivation of the backward pass",
    "Where it fits",
  ]);
  // One word of the term in the text beats another's beginning, and both beat one.
  const cases = [
    section("A", "<mark>100</mark> <mark>1000</mark>", [9, 9]),
    section("B", "<mark>minus</mark> 2", [1]),
    section("C", "<mark>minus</mark> <mark>1</mark>", [1, 1]),
  ];
  expect(order(cases, "why minus 1")).toEqual(["C", "B", "A"]);
  expect(order([section("A", "x", [1]), section("B", "x", [2])], "y")).toEqual(["B", "A"]);
  const formulas = [section("A", "<mark>1/C</mark>", [9]), section("B", "<mark>1/√C</mark>", [1])];
  expect(order(formulas, "1/√c")).toEqual(["B", "A"]);
});

test("several words are found in a name and what is said of it, a slip in one of them too", () => {
  const names: Named[] = [
    { name: "Write the backward pass", kind: "exercise", says: "LayerNorm", url: "/a" },
    { name: "Write the backward pass", kind: "exercise", says: "Matmul", url: "/b" },
    { name: "Softmax", kind: "lesson", says: "Lesson 10.", url: "/c" },
  ];
  const found = (term: string) => findNames(names, term).map(({ url }) => url);
  expect(found("layer norm backward")).toEqual(["/a"]);
  expect(found("backward of matmul")).toEqual(["/b"]);
  expect(found("layernrom backward")).toEqual(["/a"]);
  expect(found("layer norm sideways")).toEqual([]);
});

test("a word with a slip is taken for the one that is meant, and a right one for itself", () => {
  const names: Named[] = [{ name: "online softmax", kind: "word", says: "", url: "" }];
  expect(meant(names, "softmx")).toBe("softmax");
  expect(meant(names, "softm")).toBeUndefined(); // its beginning
  expect(meant(names, "softmax")).toBeUndefined();
  expect(meant(names, "sfx")).toBeUndefined();
  expect(meant([], "softmx")).toBeUndefined();
});

test.each([
  ["dL/dx", "∂L/∂x"],
  ["dy / dx", "∂y/∂x"],
  ["x_hat", "x̂"],
  ["x hat", "x̂"],
  ["gamma and Beta", "γ and β"],
  ["dout", "dout"],
  ["beta1", "beta1"], // a name in the code
  ["the hat", "the hat"],
])("“%s” stands for %s", (typed, signs) => {
  expect(inSigns(typed)).toBe(signs.normalize("NFC"));
});

test.each([
  ["why divide by sqrt(d_k)?", ["divide", "sqrt", "d_k"]],
  ["1/√C", ["1", "sqrt", "c"]],
  ["nn.LayerNorm", ["nn.layernorm"]],
  ["∂L/∂x", ["∂l", "∂x"]],
  ["what is the", ["what", "is", "the"]],
])("“%s” tells %j", (typed, words) => {
  expect(tellingWords(typed)).toEqual(words);
});

test("an excerpt has no end of its heading before it, and dots where it is cut", () => {
  const title = "The derivation of the backward pass";
  expect(
    trimExcerpt("of the <mark>backward</mark> pass As in the <mark>encoder</mark>,", title),
  ).toBe("As in the <mark>encoder</mark>, …");
  expect(
    trimExcerpt(
      "costs, and <mark>the cache</mark> Each new <mark>token</mark>",
      "What it costs, and the cache",
    ),
  ).toBe("Each new <mark>token</mark> …");
  expect(trimExcerpt("keeps what is <mark>needed</mark>.", title)).toBe(
    "… keeps what is <mark>needed</mark>.",
  );
  expect(trimExcerpt("<mark>Pass</mark> it on.", "Other")).toBe("<mark>Pass</mark> it on.");
  expect(trimExcerpt("backward pass", title)).toBe("… backward pass …"); // nothing else is there
});

test("a page is worth the number of words that it has", () => {
  const sections = [
    { title: "A bug to find", excerpt: "the loss was <mark>NaN</mark>" },
    { title: "Gradients", excerpt: "more" },
  ];
  expect(coverage(sections, "nan loss")).toBe(2);
  expect(coverage(sections, "nan gradients")).toBe(2);
  expect(coverage(sections, "vanishing gradients")).toBe(1);
  expect(coverage([], "nan")).toBe(0);
});

test("headings have their addresses, whether they are the only ones, and the functions first shown there", () => {
  const entry = (slug: string, mdx: string) => ({ number: 1, slug, title: slug, summary: "", mdx });
  const cell = (check: string) => `<Cell id="a" check="${check}" />`;
  const found = headingsOf([
    entry("a", `## The idea\n\n${cell("f")}\n\n### GPT-2's \`x\`\n\n\`\`\`text\n## none\n\`\`\`\n`),
    entry("b", `## The idea\n\n${cell("f")} ${cell("g")} ${cell("g")}\n`),
  ]);
  expect(found).toEqual([
    { text: "The idea", lesson: "a", url: "/lessons/a/#the-idea", only: false, functions: ["f"] },
    { text: "GPT-2's `x`", lesson: "a", url: "/lessons/a/#gpt-2s-x", only: true, functions: [] },
    { text: "The idea", lesson: "b", url: "/lessons/b/#the-idea", only: false, functions: ["g"] },
  ]);
});
