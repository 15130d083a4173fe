// Which lesson a page belongs to, told from its address.

import { sourcePaths } from "./sources.ts";

/** "layernorm" for the page .../layernorm/: the lesson's name in addresses and in the reader's storage. */
export function lessonName(url: URL): string {
  return url.pathname.split("/").filter(Boolean).at(-1) ?? "";
}

/**
 * The folder of an exercise: "lessons/05-layernorm/backward".
 *
 * @throws Error if the lesson has no such exercise
 */
export function exerciseFolder(lesson: string, exercise: string): string {
  for (const path of sourcePaths) {
    const match = /^(lessons\/\d\d-([a-z0-9-]+)\/([a-z0-9-]+))\/start\.(?:ts|wgsl)$/.exec(path);
    if (match && match[2] === lesson && match[3] === exercise) return match[1];
  }
  throw new Error(
    `the lesson "${lesson}" has no exercise "${exercise}": expected lessons/NN-${lesson}/${exercise}/start.ts or start.wgsl`,
  );
}

/** What an exercise is written in, as its files' names end. */
export const extensionOf = (folder: string): "ts" | "wgsl" =>
  sourcePaths.has(`${folder}/start.wgsl`) ? "wgsl" : "ts";
