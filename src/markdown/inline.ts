// Short texts that come to a component as an attribute, where MDX does not read Markdown: a title, a question.

import { escapeHtml } from "./escape.ts";
import { renderMath } from "./mathematics.ts";
import { isUnbrokenCode, stopAfter, unbrokenFormula, unbrokenNames } from "./unbroken.ts";

const isMath = (part = "") => /^\$.+\$$/.test(part);

/**
 * HTML of a short text in which `code`, $mathematics$ and *emphasis* are marked as in Markdown.
 *
 * @throws Error if a formula in it cannot be typeset; it fails the build
 */
export function inline(text: string): string {
  return text
    .split(/(`[^`]+`|\$[^$]+\$|\*[^*\s][^*]*\*)/)
    .map((part, i, parts) => {
      const inner = part.slice(1, -1);
      if (/^`.+`$/.test(part)) {
        return `<code${isUnbrokenCode(inner) ? ' class="unbroken"' : ""}>${escapeHtml(inner)}</code>`;
      }
      if (isMath(part)) {
        return unbrokenFormula(
          renderMath(inner, false, `"${text}"`),
          stopAfter(parts[i + 1] ?? ""),
        );
      }
      if (/^\*.+\*$/.test(part)) return `<em>${escapeHtml(inner)}</em>`;
      return unbrokenNames(
        escapeHtml(isMath(parts[i - 1]) ? part.slice(stopAfter(part).length) : part),
      );
    })
    .join("");
}
