// The files that listings and cells show and run, as they stand in the repository. Used at build time, in the page (each
// file is fetched when it is first needed) and in tests.

import { findRegion, replaceRegion } from "./region.ts";

const files = import.meta.glob<string>(
  [
    "/kernels/**/*.{ts,py,wgsl}",
    "/lessons/**/*.{ts,py,wgsl}",
    "!/lessons/*/figures/*",
    "/src/training/counts.ts", // the trainer's, which the lesson about training shows
    "/src/training/evaluation.ts", // the commands', which the lesson about evaluation shows
  ],
  {
    query: "?raw",
    import: "default",
  },
);

/** Paths of all files that can be shown or imported, from the repository's root: "kernels/gelu/gelu.ts". */
export const sourcePaths: ReadonlySet<string> = new Set(
  Object.keys(files).map((path) => path.slice(1)),
);

/**
 * The text of a file.
 *
 * @param path from the repository's root
 * @throws Error if there is no such file
 */
export async function readSource(path: string): Promise<string> {
  const load = files[`/${path}`];
  if (!load) throw new Error(`no file ${path} among the kernels and lessons`);
  return load();
}

/** The file with the edited function in the place of its own. */
export async function putBack(file: string, region: string, text: string): Promise<string> {
  const source = await readSource(file);
  return replaceRegion(source, findRegion(source, region, file), text);
}
