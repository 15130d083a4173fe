// What holds the course together, as a reader uses it: progress, search, notation and glossary, links to exercises.

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { exercises } from "../../src/exercises.ts";
import { glossary } from "../../src/glossary.ts";
import type { Named } from "../../src/search/names.ts";
import {
  audit,
  browser,
  faults,
  find,
  newReader,
  open,
  page,
  poll,
  quiet,
  site,
  useReader,
} from "./reader.ts";

useReader();

const edit = { text: "export {};", of: "00c0ffee", on: "2026-01-02T03:04:05.000Z" };

/** As if the reader had passed an exercise and edited it. */
async function leaveTraces(): Promise<void> {
  await open("/progress/");
  await page.evaluate((kept) => {
    localStorage.setItem("llm.ts/passed", JSON.stringify({ "layernorm/backward": kept.on }));
    localStorage.setItem("llm.ts/cell/layernorm/backward", JSON.stringify(kept));
  }, edit);
}

test("a lesson counts as read when its end has been seen, and not before", async () => {
  await open("/lessons/layernorm/");
  await quiet();
  const read = () => page.evaluate(() => localStorage.getItem("llm.ts/read"));
  expect(await read()).toBeNull();
  await find("[data-end]").scrollIntoViewIfNeeded();
  await expect.poll(read).toContain("layernorm");
  await open("/");
  expect(await find('[data-lesson="layernorm"]').textContent()).toMatch(/^read, 0 of \d+ passed$/);
  expect(faults).toEqual([]);
});

test("progress is shown, saved to a file, forgotten, and opened again in another browser", async () => {
  await leaveTraces();
  await page.reload();
  const row = find('tr[data-slug="layernorm"]');
  expect(await row.locator('[data-exercise="layernorm/backward"]').textContent()).toBe(
    "passed on 2 Jan 2026",
  );
  expect(await row.locator("[data-edits]").textContent()).toBe("1");
  expect(await find('[data-part="summary"]').textContent()).toContain(
    `passed 1 of ${exercises.length} exercises`,
  );

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save to a file" }).click();
  const file = await (await download).path();
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
    "llm.ts progress": 1,
    edits: { "layernorm/backward": edit },
  });

  const stored = () => page.evaluate(() => ({ ...localStorage }));
  await page.getByRole("button", { name: "Forget everything" }).first().click();
  await page.getByRole("button", { name: "Keep it" }).click();
  expect(Object.keys(await stored())).toContain("llm.ts/passed");
  await page.getByRole("button", { name: "Forget everything" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget everything" }).click();
  await expect
    .poll(() => find('[data-part="status"]').textContent())
    .toBe("All progress is forgotten.");
  expect(Object.keys(await stored()).filter((key) => key.startsWith("llm.ts/"))).toEqual([]);

  const other = await (await browser.newContext()).newPage();
  await other.goto(`${site.origin}/progress/`);
  await other.locator('[data-part="open"]').setInputFiles(file);
  await expect
    .poll(() => other.locator('[data-part="status"]').textContent())
    .toContain("was added to what this browser holds");
  expect(await other.evaluate(() => localStorage.getItem("llm.ts/cell/layernorm/backward"))).toBe(
    JSON.stringify(edit),
  );
  await other.context().close();
  expect(faults).toEqual([]);
});

test("a file that holds no progress is refused in a sentence, and nothing is changed", async () => {
  await leaveTraces();
  await find('[data-part="open"]').setInputFiles({
    name: "letter.json",
    mimeType: "application/json",
    buffer: Buffer.from("{}"),
  });
  await expect
    .poll(() => find('[data-part="status"]').textContent())
    .toBe("This file does not hold progress in llm.ts: choose one that was saved on this page.");
  expect(await page.evaluate(() => localStorage.getItem("llm.ts/passed"))).toContain("layernorm");
});

test("an edit that was opened from a file stands in its cell, and does not run by itself", async () => {
  await leaveTraces();
  await open("/lessons/layernorm/#exercise-backward");
  const cell = find('llm-cell[data-key="layernorm/backward"]');
  await expect.poll(() => cell.locator("[data-note]").textContent()).toContain("2 January 2026");
  expect(await cell.locator("[data-status]").textContent()).toBe("");
});

test("the search finds words of lessons, says where, and leads there; it loads nothing before", async () => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await open("/search/");
  await quiet();
  expect(requests.filter((path) => path.startsWith("/pagefind/"))).toEqual([]);
  await page.getByRole("searchbox").fill("rstd");
  await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\d+ pages? for “rstd”/);
  const link = find('[data-results] a[href^="/lessons/layernorm/#"]').first();
  expect(await find("[data-results] mark").first().textContent()).toMatch(/rstd/i);
  expect(new URL(page.url()).search).toBe("?q=rstd");
  const excerpts = await find("[data-results] p").allTextContents();
  expect(excerpts.join("\n")).not.toMatch(/RunStop|SymbolVariable/); // buttons and heads of tables are no text
  expect(excerpts.some((text) => /[a-z] (\w+\.)*rstd[.,:]? [a-z]/i.test(text))).toBe(true); // spaces beside what is marked
  await link.click();
  expect(new URL(page.url()).pathname).toBe("/lessons/layernorm/");
  await page.goBack();
  await expect.poll(() => find("[data-results] a").count()).toBeGreaterThan(0);
  // A word that is nowhere is not found by its first letter, but a slip at the end of a word is forgiven.
  await page.getByRole("searchbox").fill("xyzzyplugh");
  await expect.poll(() => page.getByRole("status").textContent()).toContain("Nothing is found");
  expect(await find("[data-results] li").count()).toBe(0);
  await page.getByRole("searchbox").fill("softmaxx");
  await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\d+ pages? for/);
  expect(faults).toEqual([]);
});

test("each example beside the field finds something", async () => {
  await open("/search/");
  const examples = await find(".examples a").allTextContents();
  expect(examples.length).toBe(3);
  for (const example of examples) {
    await page.getByRole("link", { name: example, exact: true }).click();
    await poll(() => page.getByRole("searchbox").inputValue()).toBe(example);
    await poll(() => find("[data-results] a").count()).toBeGreaterThan(0);
  }
  expect(faults).toEqual([]);
});

test("an excerpt has its formulas as text, and what is in a formula is found", async () => {
  await open("/search/?q=1/√C");
  const excerpts = () => find("[data-results] p").allTextContents();
  await poll(async () => (await excerpts()).join()).toContain("1/√C");
  await page.getByRole("searchbox").fill("dout_i");
  await poll(async () => (await excerpts()).join()).toContain("doutᵢ");
  const all = (await excerpts()).join("\n");
  expect(all).toMatch(/∂L\/∂x̂ᵢ/);
  expect(all).not.toMatch(/\\(frac|hat|partial|texttt)/);
});

/** What a learner types, and where the first name or page, and its first section, should lead. */
test.each([
  ["why minus 1", "/lessons/crossentropy/", /backward|costs|turn/],
  ["layer norm backward", "/lessons/layernorm/", /backward/],
  ["softmx", "/lessons/softmax/", /./],
  ["kv cache", "/lessons/sampling/", /cache/],
  ["learning rate", "/lessons/adamw/", /learning-rate/],
  ["rstd", "/lessons/(layernorm|rmsnorm)/", /backward/],
  ["bits per byte", "/lessons/evaluation/", /./],
  ["race", "/lessons/onto-the-gpu/", /./],
  ["atomic", "/lessons/onto-the-gpu/", /same-bits/],
  ["out of memory", "/lessons/training/", /what-the-memory-holds/],
  ["gamma", "/lessons/(layernorm|rmsnorm)/", /derivation/],
  ["dL/dx", "/lessons/layernorm/", /./],
  ["matrix multiplication", "/lessons/matmul/", /./],
  ["what is a token", "/lessons/tokens/", /./],
])("“%s” leads to %s first", async (typed, address, section) => {
  await open(`/search/?q=${encodeURIComponent(typed)}`);
  const links = find("[data-results] > li:first-child a");
  await poll(() => links.count()).toBeGreaterThan(1);
  expect(await links.first().getAttribute("href")).toMatch(new RegExp(address));
  expect(await links.nth(1).getAttribute("href")).toMatch(section);
  expect(faults).toEqual([]);
});

test("over any page the search opens on / and on Ctrl+K, is walked by arrows, and leads on", async () => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await open("/lessons/layernorm/");
  expect(requests.filter((path) => /names|pagefind|search/.test(path))).toEqual([]);
  const dialog = page.getByRole("dialog", { name: "Search" });
  const field = dialog.getByRole("searchbox");
  await page.keyboard.press("/");
  await expect.poll(() => field.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type("sotfmax");
  const names = dialog.locator("[data-names] a");
  await expect.poll(() => names.first().textContent()).toMatch(/^Softmax .+ lesson$/);
  expect(page.url()).toBe(`${site.origin}/lessons/layernorm/`);
  await page.keyboard.press("Escape");
  expect(await dialog.isVisible()).toBe(false);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("rstd"); // over what was there
  await expect.poll(() => names.first().textContent()).toMatch(/^rstd .+ symbol$/);
  await expect.poll(() => dialog.getByRole("status").textContent()).toMatch(/for “rstd”/);
  expect(await audit(page, "dialog[open]")).toEqual([]);
  await page.keyboard.press("ArrowDown");
  expect(await names.first().evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter"); // the first that is found
  await page.waitForURL(/\/notation\/#/);
  expect(faults).toEqual([]);
});

test("back closes the search, and back from what was found leads to the search as it was", async () => {
  await open("/lessons/layernorm/");
  const dialog = page.getByRole("dialog", { name: "Search" });
  const field = dialog.getByRole("searchbox");
  const isOpen = () => dialog.isVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("kv cache");
  await page.goBack();
  await poll(isOpen).toBe(false);
  expect(page.url()).toBe(`${site.origin}/lessons/layernorm/`);

  // Closed by hand it leaves no place behind; opened again at once it stays.
  const length = await page.evaluate(() => history.length);
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.waitForTimeout(300);
  expect(await isOpen()).toBe(true);
  expect(await page.evaluate(() => history.length)).toBe(length);

  await field.fill("kv cache");
  await poll(() => dialog.locator("[data-names] a").count()).toBe(2);
  await dialog.locator("[data-names] a").last().click();
  await page.waitForURL("**/lessons/sampling/#what-it-costs-and-the-cache");
  await page.goBack();
  await page.waitForURL("**/lessons/layernorm/");
  await poll(isOpen).toBe(true);
  expect(await field.inputValue()).toBe("kv cache");
  await poll(() => dialog.locator("[data-names] a").count()).toBe(2);

  // What is on this very page is seen at once, and back from it leads to the search too.
  await field.fill("layernormForward");
  const here = dialog.locator('[data-names] a[href="/lessons/layernorm/#the-forward-pass"]');
  await here.click();
  await poll(isOpen).toBe(false);
  expect(new URL(page.url()).hash).toBe("#the-forward-pass");
  await page.goBack();
  await poll(isOpen).toBe(true);
  expect(await field.inputValue()).toBe("layernormForward");
  await page.keyboard.press("Escape");
  await poll(isOpen).toBe(false);
  expect(new URL(page.url()).hash).toBe("");
  expect(faults).toEqual([]);
});

test("whatever the search names, its place is there", async () => {
  const names: Named[] = await (await fetch(`${site.origin}/names.json`)).json();
  const ids = new Map<string, Set<string>>();
  for (const path of new Set(names.map(({ url }) => url.replace(/#.*/, "")))) {
    const answer = await fetch(site.origin + path);
    expect([path, answer.status]).toEqual([path, 200]);
    const html = await answer.text();
    ids.set(path, new Set(Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id]) => id)));
  }
  const missing = names.filter(({ url }) => {
    const [path, id] = url.split("#");
    return id !== undefined && !ids.get(path)?.has(id);
  });
  expect(missing.map(({ url }) => url)).toEqual([]);
  expect(names.length).toBeGreaterThan(500);
});

test("while an answer is waited for, what was found for something else is gone", async () => {
  await open("/search/?q=softmax");
  const results = find("[data-results] li");
  await poll(() => results.count()).toBeGreaterThan(0);
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route("**/pagefind/**", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("searchbox").fill("zebra");
  await poll(() => page.getByRole("status").textContent()).toBe("Searching for “zebra” …");
  expect(await results.count()).toBe(0);
  goOn();
  await poll(() => page.getByRole("status").textContent()).toContain("Nothing is found");
});

test("where the index cannot be had, the search says so", async () => {
  await page.route("**/pagefind/**", (route) => route.abort());
  await open("/search/?q=softmax");
  await expect
    .poll(() => page.getByRole("status").textContent())
    .toContain("The search index could not be loaded");
});

test("the glossary is in alphabetical order, and names lessons of the course", async () => {
  const words = glossary.map(({ word }) => word.toLowerCase());
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, "en")));
  const slugs = course.map(({ slug }) => slug);
  expect(glossary.filter(({ lesson }) => !slugs.includes(lesson))).toEqual([]);
  await open("/glossary/#residual-stream");
  expect(await find("dt").count()).toBe(glossary.length);
  expect(await find("dt:target").textContent()).toBe("residual stream");
  const letters = page.getByRole("navigation", { name: "Letters" }).getByRole("link");
  const initials = new Set(words.map(([letter]) => letter.toUpperCase()));
  expect((await letters.allTextContents()).map((text) => text.trim())).toEqual([...initials]);
  await letters.getByText("S", { exact: true }).click();
  expect(await find("dt:target").textContent()).toBe(
    glossary.find(({ word }) => /^s/i.test(word))?.word,
  );
});

test("the notation has a row for each symbol of a lesson, typeset, with links to its lessons", async () => {
  await open("/notation/");
  const row = page.locator("tr", { has: page.locator("code", { hasText: /^rstd$/ }) }).first();
  expect(await row.locator(".katex").count()).toBe(1);
  await row.getByRole("link", { name: /LayerNorm/ }).click();
  expect(new URL(page.url()).pathname).toBe("/lessons/layernorm/");
  await open("/notation/");
  const lessons = page.getByRole("navigation", { name: "Lessons" }).getByRole("link");
  expect(await lessons.count()).toBe(await find("article h2").count());
  await lessons.getByText("25", { exact: true }).click();
  expect(await find("h2:target").textContent()).toContain("RoPE");
});

test("a link to what is folded opens the fold, and one fold within another", async () => {
  await open("/lessons/attention/");
  const target = find("[id='why-the-scores-are-scaled']");
  expect(await target.isVisible()).toBe(false);
  await open("/lessons/attention/#why-the-scores-are-scaled");
  await poll(() => target.isVisible()).toBe(true);
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = false;
    // Chromium opens folds by itself where it goes to a link; here it does not go.
    history.replaceState(null, "", "#flash-attention-without-the-table");
    dispatchEvent(new HashChangeEvent("hashchange"));
  });
  const deeper = find("[id='flash-attention-without-the-table']");
  await poll(async () => (await deeper.boundingBox())?.y ?? -1).toBeLessThan(300);
  expect(await deeper.isVisible()).toBe(true);
});

test("questions are asked one at a time, and all are there without JavaScript", async () => {
  await open("/lessons/attention/");
  const pager = find('llm-pager[aria-label="Questions"]');
  const shown = () => pager.locator("llm-question:visible legend").allTextContents();
  const all = await pager.locator("legend").allTextContents();
  expect(all).toHaveLength(4);
  const [back, on] = ["Back", "Next"].map((name) => pager.getByRole("button", { name }));
  expect(await shown()).toEqual([all[0]]);
  expect(await back.isDisabled()).toBe(true);
  for (const at of [1, 2, 3]) {
    await on.click();
    expect(await shown()).toEqual([all[at]]);
    expect(await pager.locator("[data-at]").textContent()).toBe(`${at + 1} of 4`);
  }
  expect(await on.isDisabled()).toBe(true);
  await back.click();
  expect(await shown()).toEqual([all[2]]);

  const plain = await newReader({ javaScriptEnabled: false });
  await plain.page.goto(`${site.origin}/lessons/attention/`);
  const questions = plain.page.locator('llm-pager[aria-label="Questions"] llm-question');
  expect(await questions.count()).toBe(4);
  for (const one of await questions.all()) expect(await one.isVisible()).toBe(true);
  await plain.context.close();
});

test("a long listing shows its beginning until the reader wants the rest, or edits it", async () => {
  await open("/lessons/attention/");
  const long = find('llm-cell[data-key="attention/backward"]');
  const height = async () => (await long.locator(".cell-code").boundingBox())?.height ?? 0;
  const lines = await long.locator(".cell-code .line").count();
  expect(lines).toBe(50);
  const part = await height();
  expect(part).toBeLessThan(lines * 10);
  const more = long.getByRole("button", { name: "All 50 lines" });
  await more.click();
  expect(await height()).toBeGreaterThan(lines * 18);
  expect(await more.isVisible()).toBe(false);

  await open("/lessons/attention/");
  expect(await height()).toBe(part);
  await long.locator("pre").click({ position: { x: 120, y: 30 } });
  await poll(height).toBeGreaterThan(lines * 18);
});
