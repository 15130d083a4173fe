// Short texts that come to a component as an attribute, where MDX does not read Markdown: a title, a question.

import { escapeHtml } from "./escape.ts";
import { renderMath } from "./mathematics.ts";

/**
 * HTML of a short text in which `code`, $mathematics$ and *emphasis* are marked as in Markdown.
 *
 * @throws Error if a formula in it cannot be typeset; it fails the build
 */
export function inline(text: string): string {
  return text
    .split(/(`[^`]+`|\$[^$]+\$|\*[^*\s][^*]*\*)/)
    .map((part) => {
      const inner = part.slice(1, -1);
      if (/^`.+`$/.test(part)) return `<code>${escapeHtml(inner)}</code>`;
      if (/^\$.+\$$/.test(part)) return renderMath(inner, false, `"${text}"`);
      if (/^\*.+\*$/.test(part)) return `<em>${escapeHtml(inner)}</em>`;
      return escapeHtml(part);
    })
    .join("");
}
