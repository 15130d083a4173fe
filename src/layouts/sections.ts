// What a lesson's place in the course is told by: its sections with their exercises, and how long it takes to read.

import type { MarkdownHeading } from "astro";
import type { Entry } from "../course.ts";
import { type ExerciseEntry, exercisesOf } from "../exercises.ts";
import { type StopEntry, stopsOf } from "../stops.ts";

export interface Section {
  slug: string; // its address on the page is #slug
  text: string;
  exercises: readonly ExerciseEntry[];
  stop?: StopEntry; // that begins with it
}

const wordsInMinute = 200; // of dense text; 238 are usual for prose (Brysbaert 2019, doi.org/10.1016/j.jml.2019.104047)

/**
 * The sections of a lesson, in order.
 *
 * @param headings of its page, as Astro tells them
 * @throws Error if the page has other sections than the lesson's text
 */
export function sectionsOf(entry: Entry, headings: readonly MarkdownHeading[]): Section[] {
  const titles = headings.filter(({ depth }) => depth === 2);
  const [, ...parts] = entry.mdx.split(/^## /m);
  const begins = Array.from(entry.mdx.matchAll(/^## /gm), ({ index }) => index);
  const stops = stopsOf(entry);
  if (parts.length !== titles.length) {
    throw new Error(
      `${entry.slug}: the text has ${parts.length} sections, the page ${titles.length}`,
    );
  }
  return titles.map(({ slug, text }, i) => ({
    slug,
    text,
    exercises: exercisesOf({ ...entry, mdx: parts[i] }),
    stop: stops.find(({ at }) => at < begins[i] && at > (begins[i - 1] ?? -1)),
  }));
}

/** The time that reading a lesson's text takes, without its code, formulas and exercises: in whole minutes. */
export function minutesOf({ mdx }: Entry): number {
  const text = mdx
    .replace(/^---\n[\s\S]*?\n---/, "")
    .replace(/```[\s\S]*?```|\$\$[\s\S]*?\$\$/g, " ")
    .replace(/<[^>]*>|\{[^}]*\}/g, " ");
  return Math.max(1, Math.round((text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) / wordsInMinute));
}
