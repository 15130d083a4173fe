// Where a reader goes on: what the start page offers.

import type { Progress } from "./progress.ts";

/** A lesson of the course, as far as it matters here. */
export interface Lesson {
  slug: string;
  exercises: readonly string[]; // "layernorm/backward"
  optional?: readonly string[]; // those of them that can be left out
}

/** A place to go on at. */
export interface Next {
  slug: string; // of the lesson
  id: string; // of the section or exercise, as in "#exercise-backward"; "": the lesson as a whole
}

/**
 * Where to go on: in the lesson that the reader did something in last, or saw last, or, where that one is done, in the next
 * that is not. A lesson that is being read goes on where it was left; one that was read to its end, at the next exercise that is
 * not passed. An optional exercise is nothing that is left. Undefined for a reader who has done nothing yet, or everything.
 *
 * @param lessons in the order of the course
 */
export function nextPlace(lessons: readonly Lesson[], progress: Progress): Next | undefined {
  const latest = latestSlug(progress);
  const last = lessons.findIndex(({ slug }) => slug === latest);
  if (last < 0) return undefined;
  const onwards = [...lessons.slice(last), ...lessons.slice(0, last)]; // at the end of the course, what was left out
  const lesson = onwards.find((lesson) => !isDone(lesson, progress));
  return lesson && { slug: lesson.slug, id: placeIn(lesson, progress) };
}

function placeIn(lesson: Lesson, { read, passed, edits, at }: Progress): string {
  const { slug, exercises } = lesson;
  const isOpen = (exercise: string) => !(exercise in passed) && isWanted(lesson, exercise);
  const id = at[slug]?.id ?? "";
  const here = exercises.findIndex((exercise) => idOf(exercise) === id);
  const isPassed = here >= 0 && exercises[here] in passed;
  if (id && !isPassed && !(slug in read)) return id;
  const known = [...Object.keys(passed), ...Object.keys(edits)];
  const begun = slug in read || isPassed || known.some((key) => key.startsWith(`${slug}/`));
  if (!begun) return "";
  const next = exercises.slice(here + 1).find(isOpen) ?? exercises.find(isOpen);
  return next ? idOf(next) : id;
}

/** Of the exercise on its lesson's page. */
const idOf = (exercise: string) => `exercise-${exercise.slice(exercise.indexOf("/") + 1)}`;

const isWanted = ({ optional = [] }: Lesson, exercise: string) => !optional.includes(exercise);

/** Read to its end, and every exercise passed that is not optional. */
export function isDone(lesson: Lesson, { read, passed }: Progress): boolean {
  const wanted = lesson.exercises.filter((exercise) => isWanted(lesson, exercise));
  return lesson.slug in read && wanted.every((exercise) => exercise in passed);
}

/** The lesson in which something was done or seen last. */
function latestSlug({ read, passed, edits, at }: Progress): string | undefined {
  const kept = Object.entries(edits).map(([cell, { on }]): [string, string] => [cell, on]);
  const seen = Object.entries(at).map(([slug, { on }]): [string, string] => [slug, on]);
  const times = [...Object.entries(read), ...Object.entries(passed), ...kept, ...seen];
  let latest = { name: "", time: Number.NEGATIVE_INFINITY };
  for (const [name, on] of times) {
    const time = Date.parse(on);
    if (time > latest.time) latest = { name, time };
  }
  return latest.name.split("/")[0];
}
