// Where a reader goes on: the lesson that the start page offers.

import type { Progress } from "./progress.ts";

/** A lesson of the course, as far as it matters here. */
export interface Lesson {
  slug: string;
  exercises: readonly string[]; // "layernorm/backward"
}

/**
 * The lesson to continue with: the one in which the reader last read to the end, passed or edited something or, where that
 * one is done, the next that is not. Undefined for a reader who has done nothing yet, or everything.
 *
 * @param lessons in the order of the course
 */
export function nextLesson(lessons: readonly Lesson[], progress: Progress): string | undefined {
  const latest = latestSlug(progress);
  const at = lessons.findIndex(({ slug }) => slug === latest);
  if (at < 0) return undefined;
  const onwards = [...lessons.slice(at), ...lessons.slice(0, at)]; // at the end of the course, what was left out
  return onwards.find((lesson) => !isDone(lesson, progress))?.slug;
}

/** Read to its end, and every exercise passed. */
function isDone({ slug, exercises }: Lesson, { read, passed }: Progress): boolean {
  return slug in read && exercises.every((exercise) => exercise in passed);
}

/** The lesson in which something was done last. */
function latestSlug({ read, passed, edits }: Progress): string | undefined {
  const edited = Object.entries(edits).map(([cell, { on }]): [string, string] => [cell, on]);
  const times = [...Object.entries(read), ...Object.entries(passed), ...edited];
  let latest = { name: "", time: Number.NEGATIVE_INFINITY };
  for (const [name, on] of times) {
    const time = Date.parse(on);
    if (time > latest.time) latest = { name, time };
  }
  return latest.name.split("/")[0];
}
