// A lesson's stops: the idea, the code, the derivation, something to build. Each ends with one thing to do.

import type { Entry } from "./course.ts";

/** A stop, and where in the lesson's text it begins. */
export interface StopEntry {
  title: string;
  id: string; // its address on the page is #stop-the-idea
  at: number; // in the lesson's text
}

/**
 * The stops of a lesson, in order; none where its text has none.
 *
 * @throws Error if a tag <Stop> has no title, or two have the same
 */
export function stopsOf({ slug, mdx }: Pick<Entry, "slug" | "mdx">): StopEntry[] {
  const stops = Array.from(mdx.matchAll(/<Stop\b[^>]*>/g), (tag) => {
    const title = /\btitle="([^"]+)"/.exec(tag[0])?.[1];
    if (!title) throw new Error(`lessons/NN-${slug}: expected a title in ${tag[0]}`);
    return {
      title,
      id: `stop-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
      at: tag.index,
    };
  });
  const double = stops.find(({ id }, i) => stops.findIndex((stop) => stop.id === id) < i);
  if (double) throw new Error(`lessons/NN-${slug}: two stops are called ${double.title}`);
  return stops;
}
