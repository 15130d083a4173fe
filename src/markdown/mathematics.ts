// Mathematics at build time. Sätteri parses $...$ and $$...$$ and leaves <code class="language-math ...">; this plugin
// replaces those elements by KaTeX's HTML (for the eye) and MathML (for a screen reader).

import katex from "katex";
import { defineHastPlugin, type HastNode } from "satteri";
import { stopAfter, unbrokenFormula } from "./unbroken.ts";

type Element = Extract<HastNode, { type: "element" }>;

/**
 * KaTeX's markup for one formula.
 *
 * @param tex the formula, without dollar signs
 * @param displayMode true for a formula on its own line
 * @param where the file, for the error message
 * @throws Error if KaTeX cannot read the formula; it fails the build
 */
export function renderMath(tex: string, displayMode: boolean, where: string): string {
  try {
    return katex.renderToString(tex, { displayMode, output: "htmlAndMathml", strict: "error" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${where}: cannot typeset $${tex}$: ${reason}`);
  }
}

const hasClass = (node: Element, name: string): boolean =>
  Array.isArray(node.properties.className) && node.properties.className.includes(name);

// KaTeX's markup goes into the page as it is: taken apart into JSX it would be large, and its SVG and MathML attributes
// would have to survive the way.
const markup = (html: string): HastNode => ({
  type: "mdxJsxTextElement",
  name: "Fragment",
  attributes: [{ type: "mdxJsxAttribute", name: "set:html", value: html }],
  children: [],
});

export const mathematics = defineHastPlugin({
  name: "mathematics",
  element: {
    filter: ["pre", "code"],
    visit(node, context) {
      const where = context.fileURL?.pathname ?? "unknown file";
      const child = node.tagName === "pre" ? node.children[0] : undefined;
      if (child?.type === "element" && hasClass(child, "math-display")) {
        return markup(renderMath(context.textContent(child), true, where));
      }
      if (node.tagName !== "code" || !hasClass(node, "math-inline")) return undefined;
      const tex = context.textContent(node);
      const parent = context.parent(node);
      if (parent && "tagName" in parent && /^h[1-6]$/.test(parent.tagName)) {
        throw new Error(
          `${where}: mathematics in a heading ($${tex}$): write it in words, since the heading's address is made from its text`,
        );
      }
      const html = renderMath(tex, false, where);

      const next = parent?.children[(context.indexOf(node) ?? -1) + 1];
      const stop = next?.type === "text" ? stopAfter(next.value) : "";
      if (next?.type === "text" && stop !== "") {
        context.setProperty(next, "value", next.value.slice(stop.length));
      }
      return markup(unbrokenFormula(html, stop));
    },
  },
});
