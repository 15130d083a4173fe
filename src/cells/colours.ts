// The colours of code, as classes: for listings that are made in the page. Those of the editor are the same, see editor.ts.

import { tagHighlighter, tags } from "@lezer/highlight";

export const colourNames = tagHighlighter([
  { tag: [tags.keyword, tags.operator, tags.modifier], class: "code-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "code-string" },
  { tag: [tags.comment], class: "code-comment" },
  { tag: [tags.number, tags.bool, tags.null, tags.self], class: "code-constant" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    class: "code-function",
  },
  { tag: [tags.typeName, tags.className], class: "code-type" },
]);
