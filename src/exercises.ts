// The exercises of the course, in its order, told from the folders of the lessons.

import { course, type Entry } from "./course.ts";

/** An exercise of a lesson. */
export interface ExerciseEntry {
  key: string; // "layernorm/backward": its name in the reader's storage
  id: string; // "backward": its folder in the lesson's
  title: string;
  address: string; // "/lessons/layernorm/#exercise-backward"
  optional: boolean; // folded away, in a part that the rest of the lesson does not need
  check?: string; // "layernormBackward": what is checked, often the function's name
}

/**
 * The exercises of a lesson, in the order in which they come on its page.
 *
 * @throws Error if a tag <Exercise> has no id or title
 */
export function exercisesOf({ slug, mdx }: Entry): ExerciseEntry[] {
  let folds = 0;
  return Array.from(mdx.matchAll(/<Exercise\b[^>]*>|<\/?Deeper\b/g)).flatMap(([tag]) => {
    if (tag === "<Deeper") folds++;
    if (tag === "</Deeper") folds = Math.max(0, folds - 1); // a part of a lesson may begin within one
    if (tag.endsWith("Deeper")) return [];
    const id = /\bid="([^"]+)"/.exec(tag)?.[1];
    const title = /\btitle="([^"]+)"/.exec(tag)?.[1];
    if (!id || !title) throw new Error(`lessons/NN-${slug}: expected an id and a title in ${tag}`);
    const check = /\bcheck="([^"]+)"/.exec(tag)?.[1];
    const address = `/lessons/${slug}/#exercise-${id}`;
    return [{ key: `${slug}/${id}`, id, title, address, optional: folds > 0, check }];
  });
}

/** Their keys in a row, for an attribute that the reader's progress is looked up by. */
export const keysOf = (entry: Entry): string =>
  exercisesOf(entry)
    .map(({ key }) => key)
    .join(" ");

/** Where a reader goes on who has passed an exercise. */
export interface Onwards {
  /** The lesson's next exercise that is not optional; undefined after the last: then the next lesson follows. */
  next?: ExerciseEntry;
  /** An optional one that comes before that. */
  aside?: ExerciseEntry;
}

/** What follows an exercise of a lesson. */
export function onwards(all: readonly ExerciseEntry[], key: string): Onwards {
  const later = all.slice(all.findIndex((one) => one.key === key) + 1);
  return {
    next: later.find(({ optional }) => !optional),
    aside: later[0]?.optional ? later[0] : undefined,
  };
}

/** All exercises of the course. */
export const exercises: readonly ExerciseEntry[] = course.flatMap(exercisesOf);
