// The exercises of the course, in its order, told from the folders of the lessons.

import { course, type Entry } from "./course.ts";

/** An exercise of a lesson. */
export interface ExerciseEntry {
  key: string; // "layernorm/backward": its name in the reader's storage
  id: string; // "backward": its folder in the lesson's
  title: string;
  address: string; // "/lessons/layernorm/#exercise-backward"
}

/**
 * The exercises of a lesson, in the order in which they come on its page.
 *
 * @throws Error if a tag <Exercise> has no id or title
 */
export function exercisesOf({ slug, mdx }: Entry): ExerciseEntry[] {
  return Array.from(mdx.matchAll(/<Exercise\b[^>]*>/g), ([tag]) => {
    const id = /\bid="([^"]+)"/.exec(tag)?.[1];
    const title = /\btitle="([^"]+)"/.exec(tag)?.[1];
    if (!id || !title) throw new Error(`lessons/NN-${slug}: expected an id and a title in ${tag}`);
    return { key: `${slug}/${id}`, id, title, address: `/lessons/${slug}/#exercise-${id}` };
  });
}

/** Their keys in a row, for an attribute that the reader's progress is looked up by. */
export const keysOf = (entry: Entry): string =>
  exercisesOf(entry)
    .map(({ key }) => key)
    .join(" ");

/** All exercises of the course. */
export const exercises: readonly ExerciseEntry[] = course.flatMap(exercisesOf);
