// All that the course gives a name to, for the search.

import { course, lessonPath } from "../course.ts";
import { exercisesOf } from "../exercises.ts";
import { anchorOf, glossary } from "../glossary.ts";
import { gatherNotation } from "../notation.ts";
import type { Named } from "../search/names.ts";

/** A short text without its marks of code, mathematics and emphasis. */
const plain = (text: string) => text.replace(/[`$*]|\\(?=[a-z])/g, "");

export function GET(): Response {
  const names: Named[] = [
    ...course.map(({ number, slug, title, summary }) => ({
      ...{ name: title, kind: "lesson" as const, says: `Lesson ${number}. ${plain(summary)}` },
      url: lessonPath(slug),
    })),
    ...course.flatMap((entry) =>
      exercisesOf(entry).map(({ title, address }) => ({
        ...{ name: title, kind: "exercise" as const, says: entry.title, url: address },
      })),
    ),
    ...gatherNotation(course)
      .filter(({ variable }) => variable !== "none")
      .map(({ variable, shape, what, lessons: [{ slug, title }] }) => ({
        ...{ name: plain(variable), kind: "symbol" as const },
        says: `${plain(what)}; ${plain(shape)}. ${title}`,
        url: `/notation/#${slug}`,
      })),
    ...glossary.map(({ word, says }) => ({
      ...{ name: word, kind: "word" as const, says: plain(says) },
      url: `/glossary/#${anchorOf({ word })}`,
    })),
  ];
  return Response.json(names);
}
