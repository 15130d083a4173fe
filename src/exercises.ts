// The exercises of the course, in its order, told from the folders of the lessons.

import { course } from "./course.ts";

/** An exercise of a lesson. */
export interface ExerciseEntry {
  key: string; // "layernorm/backward": its name in the reader's storage
  id: string; // "backward": its folder in the lesson's
  title: string;
  address: string; // "/lessons/layernorm/#exercise-backward"
}

const pages = import.meta.glob<string>("/lessons/*/index.mdx", {
  query: "?raw",
  import: "default",
  eager: true,
});

/**
 * The exercises of a lesson, in the order in which they stand on its page; none where it is not written.
 *
 * @throws Error if a tag <Exercise> has no id or title
 */
export function exercisesOf(slug: string): ExerciseEntry[] {
  const path = Object.keys(pages).find((file) => file.endsWith(`-${slug}/index.mdx`));
  const tags = path ? [...pages[path].matchAll(/<Exercise\b[^>]*>/g)] : [];
  return tags.map(([tag]) => {
    const id = /\bid="([^"]+)"/.exec(tag)?.[1];
    const title = /\btitle="([^"]+)"/.exec(tag)?.[1];
    if (!id || !title) throw new Error(`${path}: expected an id and a title in ${tag}`);
    return { key: `${slug}/${id}`, id, title, address: `/lessons/${slug}/#exercise-${id}` };
  });
}

/** All exercises of the course. */
export const exercises: readonly ExerciseEntry[] = course.flatMap(({ slug }) => exercisesOf(slug));
