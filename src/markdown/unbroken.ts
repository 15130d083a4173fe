// What stays on one line wherever a line ends: a short formula with the punctuation after it, a short piece of code such as the
// shape `(B, T, C)`, and the name GPT-2, which browsers would break after its hyphen.

import { defineHastPlugin } from "satteri";

const room = 18; // letters and signs that fit into any line, also on a phone

/** Punctuation right after a formula: a browser may break the line before it, even before a full stop. */
export const stopAfter = (text: string): string => /^[.,;:!?)]+/.exec(text)?.[0] ?? "";

/**
 * A formula in a sentence, and what of the text after it stays with it.
 *
 * @param html KaTeX's markup
 */
export function unbrokenFormula(html: string, stop: string): string {
  const seen = html.replace(/^.*<span class="katex-html"/s, "<").replace(/<[^>]*>|\u200b/g, "");
  return stop !== "" || seen.length <= room ? `<span class="unbroken">${html}${stop}</span>` : html;
}

/** Whether a piece of code in a sentence stays on one line: without a blank in it, it does so by itself. */
export const isUnbrokenCode = (code: string): boolean => code.length <= room && code.includes(" ");

const name = /(GPT-2)/;

/** HTML of a text, with its names whole. */
export const unbrokenNames = (html: string): string =>
  html.replace(new RegExp(name, "g"), '<span class="unbroken">$1</span>');

export const unbroken = defineHastPlugin({
  name: "unbroken",
  element: {
    filter: ["code"],
    visit(node, context) {
      const parent = context.parent(node);
      if (parent && "tagName" in parent && parent.tagName === "pre") return;
      if (node.properties.className || !isUnbrokenCode(context.textContent(node))) return;
      context.setProperty(node, "className", ["unbroken"]);
    },
  },
  text(node, context) {
    const parent = context.parent(node);
    // Headings make addresses of their text, and lists of contents.
    if (
      !name.test(node.value) ||
      (parent && "tagName" in parent && /^(h[1-6]|code)$/.test(parent.tagName))
    ) {
      return;
    }
    context.replaceNode(
      node,
      node.value.split(name).map((value, i) =>
        i % 2 === 0
          ? { type: "text", value }
          : {
              type: "element",
              tagName: "span",
              properties: { className: ["unbroken"] },
              children: [{ type: "text", value }],
            },
      ),
    );
  },
});
