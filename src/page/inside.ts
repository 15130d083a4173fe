// Part of building the site: puts the style sheets of a page into the page, so that its first paint waits for nothing else.
// The others keep theirs in files, which a reader who goes from lesson to lesson fetches once.

import { readFile, writeFile } from "node:fs/promises";
import type { AstroIntegration } from "astro";

/** @param pages in the folder that is built: "index.html" */
export function stylesInside(pages: readonly string[]): AstroIntegration {
  return {
    name: "styles-inside",
    hooks: {
      "astro:build:done": async ({ dir }) => {
        for (const page of pages) await putInside(new URL(page, dir), dir);
      },
    },
  };
}

async function putInside(page: URL, dir: URL): Promise<void> {
  const html = await readFile(page, "utf8");
  const pieces = html.split(/<link rel="stylesheet" href="\/([^"]+)">/); // every second one is an address
  const whole = await Promise.all(
    pieces.map(async (piece, i) =>
      i % 2 === 0 ? piece : `<style>${await readFile(new URL(piece, dir), "utf8")}</style>`,
    ),
  );
  await writeFile(page, whole.join(""));
}
