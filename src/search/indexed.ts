// A page as the index of the search takes it in: with its formulas as text, with spaces where only the layout keeps words
// apart, and with code and tables of symbols of less weight than prose, which says what they are about.

import { replaceFormulas } from "./formulas.ts";

/** What is no text of the lesson: links to headings, buttons, heads of tables, names of files, what is said of progress. */
export const left = [
  ...[".anchor", "button", "thead", ".cell-file", ".listing figcaption"],
  ...["[data-tick]", "[data-yours]", "llm-trainer .run", ".deeper > summary .label"],
];

export const prepare = (html: string): string =>
  replaceFormulas(html)
    .replace(/<pre\b/g, ' <pre data-pagefind-weight="0.2"')
    .replace(/<(?:dl|details|div)(?= class="(?:main-)?symbols\b)/g, '$& data-pagefind-weight="0.2"')
    .replace(
      /<(?:dt|dd|summary|td|th|br|span class="(?:label|soft|key)"|figcaption|legend|option)\b|(?<=<\/a>)<a\b/g,
      " $&",
    );
