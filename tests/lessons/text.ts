import { readFile } from "node:fs/promises";

/** A lesson's index.mdx with its line breaks as spaces, so that a sentence can be looked for in one piece. */
export async function textOf(lesson: string): Promise<string> {
  const file = new URL(`../../lessons/${lesson}/index.mdx`, import.meta.url);
  return (await readFile(file, "utf8")).replace(/\s+/g, " ");
}

/** A number as the lessons write it: 124,439,808. */
export const english = (value: number): string => value.toLocaleString("en");
