// The headings of all lessons, with their addresses, from the lessons' own text.

import { slug as anchorOf } from "github-slugger";
import type { Entry } from "../course.ts";

export interface LessonHeading {
  text: string; // as it is written, with its marks of code and mathematics
  lesson: string; // its title
  url: string; // "/lessons/attention/#why-the-scores-are-scaled"
  only: boolean; // whether no other lesson has a heading like it
  functions: string[]; // whose code is first shown under it: "matmulForward"
}

/** The sections of lessons and what is within them, in order. */
export function headingsOf(lessons: readonly Entry[]): LessonHeading[] {
  const seen = new Set<string>();
  const all = lessons.flatMap(({ slug, title, mdx }) => {
    const [, ...parts] = mdx.replace(/```[\s\S]*?```/g, "").split(/^#{2,3} /m);
    return parts.map((part) => {
      const text = part.slice(0, part.indexOf("\n")).trim();
      const shown = Array.from(part.matchAll(/<Cell\b[^>]*\bcheck="(\w+)"/g), ([, name]) => name);
      const functions = [...new Set(shown)].filter((name) => !seen.has(name));
      for (const name of functions) seen.add(name);
      return {
        text,
        lesson: title,
        url: `/lessons/${slug}/#${anchorOf(text.replace(/[`*$]/g, ""))}`,
        functions,
      };
    });
  });
  const count = Map.groupBy(all, ({ text }) => text);
  return all.map((one) => ({ ...one, only: count.get(one.text)?.length === 1 }));
}
