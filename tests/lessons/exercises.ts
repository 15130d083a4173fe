// What the tests of exercises share.

import { basename, dirname } from "node:path";

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
