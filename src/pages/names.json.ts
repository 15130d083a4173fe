// All that the course gives a name to, for the search, with the other words that learners have for it.

import { course, lessonPath } from "../course.ts";
import { exercisesOf } from "../exercises.ts";
import { anchorOf, glossary } from "../glossary.ts";
import { renderMath } from "../markdown/mathematics.ts";
import { gatherNotation } from "../notation.ts";
import { otherWords, places } from "../search/asked.ts";
import { formulaText } from "../search/formulas.ts";
import { headingsOf } from "../search/headings.ts";
import type { Named } from "../search/names.ts";

/** A short text without its marks of code, mathematics and emphasis. */
const plain = (text: string) => text.replace(/[`$*]|\\(?=[a-z])/g, "");

/** The formulas of a table's cell as text, as the index of the search has them: "∂L/∂x̂". */
const signs = (symbol: string): string =>
  plain(
    symbol.replace(/\$([^$]+)\$/g, (_, tex) =>
      formulaText(/<math.*<\/math>/s.exec(renderMath(tex, false, symbol))?.[0] ?? ""),
    ),
  );

/** What the symbols of a cell are called by one who types them: "x hat", "gamma", "dL/dx". */
function spelled(symbol: string): string[] {
  const all = Array.from(symbol.matchAll(/\$([^$]+)\$/g), ([formula, tex]) => {
    const words = tex
      .replace(/\\(hat|bar|tilde)\{?(\w)\}?/g, "$2 $1")
      .replace(/\\partial\s*/g, "d")
      .replace(/\\(?:mathit|mathrm|text|texttt)\{([^}]*)\}/g, "$1")
      .replace(/\\(?:[,;! ]|dots|mathbb)/g, " ")
      .replace("\\varepsilon", "epsilon")
      .replace(/[\\{}]/g, "")
      .trim();
    return [words, signs(formula)];
  });
  return [...new Set(all.flat())];
}

/** The lesson in which a function is checked first. */
const firstWith = (check: string) => course.find(({ mdx }) => mdx.includes(`check="${check}"`));

/** The other words for a place, each known to be asked for one that there is. */
const asked = new Map(Object.entries(places));
const also = (url: string) => ({ url, also: asked.get(url) });

const pages: Named[] = [
  ["Notation", "Every symbol of the course", "/notation/"],
  ["Your GPU", "What your browser’s WebGPU offers, and what the trainer needs of it", "/gpu/"],
  ["Benchmark", "The kernels, timed on your machine", "/benchmark/"],
  ["Your progress", "What you have read and passed, to keep, to move and to delete", "/progress/"],
  ["Outgrowing one machine", "The commands, and where to go from here", "/further/"],
].map(([name, says, url]) => ({ name, kind: "page", says, ...also(url) }));

export function GET(): Response {
  const names: Named[] = [
    ...course.map(({ number, slug, title, summary }) => ({
      ...{ name: title, kind: "lesson" as const, says: `Lesson ${number}. ${plain(summary)}` },
      ...also(lessonPath(slug)),
    })),
    ...course.flatMap((entry) =>
      exercisesOf(entry).map(({ title, address, check }) => ({
        ...{ name: title, kind: "exercise" as const, says: entry.title, url: address },
        also: check && firstWith(check) === entry ? [check] : undefined,
      })),
    ),
    ...headingsOf(course)
      .filter(({ only, url, functions }) => only || asked.has(url) || functions.length > 0)
      .map(({ text, lesson, url, functions }) => {
        const words = [...(asked.get(url) ?? []), ...functions];
        const about = words.length > 0 ? `. On: ${words.slice(0, 2).join(", ")}` : "";
        return {
          ...{ name: plain(text), kind: "section" as const, says: lesson + about },
          ...{ url, also: words },
        };
      }),
    ...pages,
    ...gatherNotation(course)
      .filter(({ variable }) => variable !== "none")
      .map(({ symbol, variable, shape, what, lessons: [{ slug, title }] }) => ({
        ...{ name: plain(variable), kind: "symbol" as const },
        says: `${signs(symbol)}: ${plain(what)}; ${plain(shape)}. ${title}`,
        url: `/notation/#${slug}`,
        also: spelled(symbol),
      })),
    ...glossary.map(({ word, says }) => ({
      ...{ name: word, kind: "word" as const, says: plain(says), also: otherWords[word] },
      url: `/glossary/#${anchorOf({ word })}`,
    })),
  ];
  return Response.json(names);
}
