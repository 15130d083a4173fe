// What the tests of the built site share: the site, a Chromium, and in each test a reader, who has a browser with storage of
// their own and one page open, and notices whatever goes wrong in it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { findChromium } from "../chromium.ts";
import { type Site, serveSite } from "./site.ts";

export interface Reader {
  context: BrowserContext;
  page: Page;
  /** Errors, errors and warnings in the console, failed requests, and requests to other origins, of all pages. */
  faults: string[];
}

// Of the test file that is running: set by `useSite` and `useReader` below.
export let site: Site;
export let browser: Browser;
export let context: BrowserContext;
export let page: Page;
export let faults: string[];

/** Serves the site and starts a browser before the tests of a file, and ends both after them. */
export function useSite(): void {
  beforeAll(async () => {
    site = await serveSite();
    browser = await chromium.launch(await findChromium());
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
}

/** The same, and gives each test a new reader: `context`, `page` and `faults` are theirs. */
export function useReader(options: BrowserContextOptions = {}): void {
  useSite();
  beforeEach(async () => {
    ({ context, page, faults } = await newReader(options));
  });
  afterEach(() => context.close());
}

export async function newReader(options: BrowserContextOptions = {}): Promise<Reader> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(120_000);
  return { context, page: await context.newPage(), faults: listenForFaults(context) };
}

/** The list to which the pages of a browser add what goes wrong in them. */
export function listenForFaults(context: BrowserContext): string[] {
  const faults: string[] = [];
  context.on("weberror", (error) => faults.push(`error: ${error.error().message}`));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!/^(blob|data|about):/.test(url) && !url.startsWith(site.origin)) {
      faults.push(`request to another origin: ${url}`);
    }
  });
  context.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  return faults;
}

/**
 * Waits until a page has loaded nothing for half a second. Playwright's own word for it, "networkidle", never came at times on
 * a busy machine: it waits for requests of which the browser told no end.
 */
export const quiet = (of: Page = page): Promise<unknown> =>
  of.waitForFunction(
    () => {
      const kept = window as unknown as { loaded?: { count: number; since: number } };
      const count = performance.getEntriesByType("resource").length;
      if (kept.loaded?.count !== count) kept.loaded = { count, since: performance.now() };
      return performance.now() - kept.loaded.since >= 500;
    },
    undefined,
    { polling: 50 },
  );

/** Opens a path of the site in the reader's page. */
export const open = (path: string) => page.goto(site.origin + path);

/**
 * Elements of a page, the reader's own if none is named, by a CSS selector. `page.locator` finds the same ones, but looks for a
 * shadow root in each of the ten thousand elements of a lesson, at every look, and the site has none.
 */
export const find = (selector: string, of: Page = page) => of.locator(`css:light=${selector}`);

/** Waits for what a page will show: pages of many formulas take their time on a busy machine. */
export const poll = <Value>(look: () => Value, timeout = 20_000) => expect.poll(look, { timeout });

/**
 * Takes from a page what axe would only look at again, at great length. Each formula for the eye, thousands of spans that
 * are hidden from screen readers and have the colour of the text around them, becomes an empty box of its size. The same
 * formula for a screen reader, whose structure axe does not read, becomes a single text. Of the pieces of a listing that look
 * the same, the first keeps its colour. All is measured before anything is replaced: else the page is laid out once more for each
 * of the thousands of pieces, which took longer than axe itself.
 */
export const simplify = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const formulas = [...document.querySelectorAll(".katex-html")];
    const rooms = formulas.map((formula) => formula.getBoundingClientRect());
    for (const [i, formula] of formulas.entries()) {
      const box = document.createElement("span");
      box.style.cssText = `display: inline-block; width: ${rooms[i].width}px; height: ${rooms[i].height}px`;
      box.ariaHidden = "true";
      formula.replaceWith(box);
    }
    for (const math of document.querySelectorAll("math")) {
      const text = document.createElementNS(math.namespaceURI, "mtext");
      text.textContent = math.textContent;
      math.replaceChildren(text);
    }
    const seenBefore: Element[] = [];
    for (const listing of document.querySelectorAll("pre")) {
      const seen = new Set<string>();
      for (const piece of listing.querySelectorAll("span:not(.line)")) {
        if (piece.childElementCount > 0) continue;
        const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(piece);
        const around = piece.parentElement?.className;
        const look = [color, backgroundColor, fontSize, fontWeight, around].join();
        if (seen.has(look)) seenBefore.push(piece);
        seen.add(look);
      }
    }
    for (const piece of seenBefore) piece.replaceWith(...piece.childNodes);
  });

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds in a part of the page: each rule that is broken, and where. */
export async function audit(
  page: Page,
  part: string | { exclude: string[] },
  options: Axe.RunOptions = {},
): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(
    async ({ part, options }) => {
      const { axe } = window as unknown as { axe: typeof Axe };
      const { violations } = await axe.run(part, { resultTypes: ["violations"], ...options });
      return violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`,
      );
    },
    { part, options },
  );
}
