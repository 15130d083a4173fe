// The last step of npm run build: the index of the search, in dist/pagefind, from the pages in dist. Formulas go into it as
// text, so that an excerpt has no holes and what is in a formula is found; the pages themselves stay as they are.

import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { close, createIndex } from "pagefind";
import { left, prepare } from "../src/search/indexed.ts";

const dist = join(import.meta.dirname, "..", "dist");
const pages = globSync("**/*.html", { cwd: dist }).sort();
if (pages.length === 0) throw new Error(`${dist} has no pages; run npm run build`);

/** What went wrong in Pagefind, which returns it. */
function check<Answer extends { errors: string[] }>(what: string, answer: Answer): Answer {
  if (answer.errors.length > 0) throw new Error(`${what}: ${answer.errors.join("; ")}`);
  return answer;
}

const { index } = check(
  "the index",
  await createIndex({ rootSelector: "main", excludeSelectors: left }),
);
if (!index) throw new Error("Pagefind made no index");
for (const page of pages) {
  const content = prepare(await readFile(join(dist, page), "utf8"));
  check(page, await index.addHTMLFile({ sourcePath: page, content }));
}
const outputPath = join(dist, "pagefind");
check(outputPath, await index.writeFiles({ outputPath }));
await close();
console.log(`${relative(process.cwd(), outputPath)}: ${pages.length} pages can be searched`);
