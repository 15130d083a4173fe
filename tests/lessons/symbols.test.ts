// Which symbols of a table a formula holds.

import katex from "katex";
import { expect, test } from "vitest";
import { findSymbols, type Mark, patternOf, wordsOf } from "../../src/symbols/match.ts";

/** KaTeX's markup as nodes: as much of a DOM as the search for symbols reads. */
class Node implements Mark {
  readonly children: Node[] = [];
  textContent = "";
  readonly #names: Set<string>;
  constructor(names: string) {
    this.#names = new Set(names.split(" "));
  }
  get classList() {
    return { contains: (name: string) => this.#names.has(name) };
  }
}

function formula(tex: string): Node {
  const html = katex.renderToString(tex, { displayMode: true, output: "html" });
  const root = new Node("");
  const open = [root];
  for (const [tag, text] of html.matchAll(/<[^>]*>|([^<]+)/g)) {
    if (text !== undefined) for (const node of open) node.textContent += text;
    else if (tag.startsWith("</")) open.pop();
    else if (/^<(span|svg|path)/.test(tag)) {
      const node = new Node(/class="([^"]*)"/.exec(tag)?.[1] ?? "");
      open[open.length - 1].children.push(node);
      if (!tag.endsWith("/>")) open.push(node);
    }
  }
  const find = (node: Node): Node | undefined =>
    node.classList.contains("katex-html")
      ? node
      : node.children.map(find).find((one) => one !== undefined);
  const found = find(root);
  if (!found) throw new Error(`no .katex-html in the markup of ${tex}`);
  return found;
}

const symbols = [
  ..."q k t t_2 i x \\hat{x} \\mathit{NH} L y W^\\top W V_p V \\varepsilon".split(" "),
  "\\partial L / \\partial x",
  "\\partial L / \\partial \\hat{x}",
  "\\mathbb{1}[\\dots]",
  "\\lVert g \\rVert",
  "g",
  "m",
  "\\text{target}",
  "e^L",
  "\\beta_1",
  "\\beta",
  "T_{\\max}",
];
const table = symbols.map((tex, row) => patternOf(formula(tex), row));
const found = (tex: string) => findSymbols(formula(tex), table).map(({ row }) => symbols[row]);

test.each([
  ["q_{t} \\cdot k_{t_2}", ["q", "t", "k", "t_2"]],
  ["t_2 + t_3 + t", ["t_2", "t", "t"]],
  ["\\hat{x}_i = x_i", ["\\hat{x}", "i", "x", "i"]],
  ["C / \\mathit{NH}", ["\\mathit{NH}"]],
  ["\\frac{\\partial L}{\\partial x_i}", ["\\partial L / \\partial x", "i"]],
  ["\\frac{\\partial L}{\\partial \\hat{x}}", ["\\partial L / \\partial \\hat{x}"]],
  ["\\partial L / \\partial x_{t, i} + g", ["\\partial L / \\partial x", "t", "i", "g"]],
  ["\\frac{x}{\\sqrt{V_p}}", ["x", "V_p"]],
  ["\\frac{\\partial L}{\\partial k}", ["L", "k"]],
  ["W^\\top W", ["W^\\top", "W"]],
  ["x^2 + x_i^2", ["x", "x", "i"]],
  ["\\mathbb{1}[t = t_2]", ["\\mathbb{1}[\\dots]", "t", "t_2"]],
  ["\\lVert g \\rVert > g", ["\\lVert g \\rVert", "g"]],
  ["\\operatorname{mean}(g \\, \\hat{x}) \\max m", ["g", "\\hat{x}", "m"]],
  ["e^L - e^x", ["e^L", "x"]],
  ["\\beta_1 \\beta_2 T_{\\max}", ["\\beta_1", "\\beta", "T_{\\max}"]],
  ["\\sum_{t_2} x_{t_2} \\text{ if } v = \\text{target}", ["t_2", "x", "t_2", "\\text{target}"]],
  [
    "\\sum_{i=0}^{V - 1} \\Bigl( \\tfrac{x + \\varepsilon}{2} \\Bigr)",
    ["V", "i", "x", "\\varepsilon"],
  ],
  ["\\begin{aligned} x &= y \\\\ &= g \\end{aligned}", ["x", "y", "g"]],
])("the symbols of %s", (tex, wanted) => {
  expect(found(tex).sort()).toEqual([...wanted].sort());
});

test("a symbol is lit by itself, without its index", () => {
  const [one] = findSymbols(formula("x_i"), table);
  expect(one.marks.map((mark) => mark.textContent)).toEqual(["x"]);
});

test("code has variables, not properties", () => {
  expect(wordsOf("dout[i] += Math.max(t2, x.i)").map(({ word }) => word)).toEqual([
    "dout",
    "i",
    "Math",
    "t2",
    "x",
  ]);
  expect(wordsOf("a hs")[1]).toEqual({ word: "hs", from: 2, to: 4 });
});
