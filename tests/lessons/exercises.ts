// What the tests of exercises share.

import { basename, dirname } from "node:path";
import type { Case } from "../../src/cells/check.ts";
import { readCases } from "../../src/cells/reference.ts";
import { sourcePaths } from "../../src/cells/sources.ts";
import { load } from "../reference.ts";

const pages = import.meta.glob<string>("/lessons/*/index.mdx", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The check that the lesson's page names for an exercise. */
export function checkOf(folder: string): string {
  const page = pages[`/${dirname(folder)}/index.mdx`] ?? "";
  const tag = [...page.matchAll(/<Exercise\b[^>]*>/g)].find(([text]) =>
    text.includes(`id="${basename(folder)}"`),
  );
  const check = /\bcheck="(\w+)"/.exec(tag?.[0] ?? "")?.[1];
  if (!check) throw new Error(`no <Exercise id="${basename(folder)}" check="..."> for ${folder}`);
  return check;
}

/** Folders of the exercises that are written in TypeScript, or in WGSL. */
export const foldersIn = (extension: "ts" | "wgsl"): string[] =>
  [...sourcePaths].flatMap((path) => {
    const found = /^(lessons\/[^/]+\/[^/]+)\/start\.(ts|wgsl)$/.exec(path);
    return found && found[2] === extension ? [found[1]] : [];
  });

const cases = new Map<string, Promise<Case[]>>();

/** All cases of a reference file. It is read once. */
export function loadCases(reference: string): Promise<Case[]> {
  const found = cases.get(reference) ?? load(`reference/${reference}.safetensors`).then(readCases);
  cases.set(reference, found);
  return found;
}
