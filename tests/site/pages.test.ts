// Every page of the built site, read as a reader would: wide and narrow, light and dark, by keyboard, without JavaScript.

import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLink } from "../../src/trainer/runs/link.ts";
import { audit, find, newReader, quiet, type Reader, simplify, site, useSite } from "./reader.ts";
import { dist } from "./site.ts";

const height = 900;

/** The address of every page in dist/. The sandbox is no page: it is the hidden frame that cells run in. */
async function findPages(): Promise<string[]> {
  const files = await readdir(dist, { recursive: true });
  return files
    .filter((file) => file.endsWith(".html") && file !== "sandbox.html")
    .map((file) => `/${file.replaceAll("\\", "/").replace(/(^|\/)index\.html$/, "$1")}`)
    .sort();
}

const pages = await findPages();
const lessons = pages.filter((path) => /^\/lessons\/./.test(path));
const sketched = Object.keys(import.meta.glob("/lessons/*/sketch.ts")).map(
  (file) => `/lessons/${file.split("/")[2].slice(3)}/`,
);

useSite();

interface OpenPage extends Reader {
  scripts: Set<string>;
  close: () => Promise<void>;
}

/** Opens a page as a new reader. */
async function open(
  path: string,
  { width = 1280, dark = false, javaScript = true } = {},
): Promise<OpenPage> {
  const reader = await newReader({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: javaScript,
  });
  const scripts = new Set<string>();
  reader.page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.add(request.url());
  });
  // Keeps what waits to be seen, for `wake`.
  await reader.page.addInitScript(() => {
    const waiting = new Set<Element>();
    const { observe } = IntersectionObserver.prototype;
    IntersectionObserver.prototype.observe = function (element) {
      waiting.add(element);
      observe.call(this, element);
    };
    Object.assign(window, { waiting });
  });
  await reader.page.goto(site.origin + path);
  return { ...reader, scripts, close: () => reader.context.close() };
}

const texts = new Map<string, string | null>();

/** What the site answers at a path; null if that is an error. */
async function textAt(path: string): Promise<string | null> {
  let text = texts.get(path);
  if (text === undefined) {
    const response = await fetch(site.origin + path);
    text = response.ok ? await response.text() : null;
    texts.set(path, text);
  }
  return text;
}

/** Brings into view, one by one, whatever waits to be seen, and waits until all figures are drawn. */
async function wake(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (const element of (window as unknown as { waiting: Set<Element> }).waiting) {
      element.scrollIntoView();
      // An observer is told of it at the end of the frame.
      await frame();
      await frame();
    }
    scrollTo(0, 0);
  });
  const undrawn = () =>
    page.evaluate(() => {
      const figures = document.querySelectorAll("llm-cell[data-automatic][data-figure]");
      return [...figures].filter((cell) => !cell.querySelector("[data-drawing] > div > *")).length;
    });
  await expect.poll(undrawn).toBe(0);
}

/** Whether work ends in time. */
function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  return Promise.race([work.then(() => true), promise]).finally(() => clearTimeout(timer));
}

/**
 * Presses Tab so many times, without a frame between one press and the next: each frame of a lesson costs more than the press. A busy
 * browser once told no end of a press, and the test waited for it until its own end. So after 20 seconds the page is asked: if it
 * answers, the next presses come, and what was reached is asked at the end; if not, it hangs.
 *
 * @throws Error if the page hangs, with the last press's number
 */
async function pressTabs(page: Page, count: number): Promise<void> {
  const keyboard = await page.context().newCDPSession(page);
  const tab = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 };
  for (let pressed = 0; pressed < count; pressed += 20) {
    const presses = Array.from({ length: Math.min(20, count - pressed) }, () => [
      keyboard.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...tab }),
      keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", ...tab }),
    ]);
    if (await endsWithin(20_000, Promise.all(presses.flat()))) continue;
    const answer = page.evaluate(() => document.hasFocus());
    if (await endsWithin(20_000, answer)) continue;
    throw new Error(`Tab ${pressed + presses.length}: the page has not answered for 40 seconds`);
  }
  await keyboard.detach();
}

/**
 * Does what needs frames of a page. On a busy machine Chromium at times drew no further frame of a page, for ever, while it
 * answered all else (see tests/chromium.ts, whose flags have ended that). Nothing that a test can do brings such a page back, so it
 * is opened again, once. A page that does not answer hangs by its own fault, and fails.
 *
 * @throws Error if the page does not answer, or if it is not drawn the second time either
 */
async function whileDrawn(reader: OpenPage, reopen: () => Promise<OpenPage>, work: () => unknown) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(true)));
  for (let attempt = 1; attempt <= 2; attempt++) {
    const result = Promise.resolve(work());
    if (await endsWithin(90_000, result)) return;
    const { page } = reader;
    if (
      !(await endsWithin(
        90_000,
        page.evaluate(() => true),
      ))
    )
      throw new Error("the page hangs");
    if (await endsWithin(90_000, page.evaluate(frame))) return result; // slow, no more
    result.catch(() => {}); // of the page that is closed now
    await reader.close();
    Object.assign(reader, await reopen());
  }
  throw new Error("the browser has twice drawn no further frame of this page");
}

/** A lesson's sketch, on a page that nobody has touched. */
async function expectSketchInSight(page: Page): Promise<void> {
  const { y = 0, height: high = 0 } = (await find("llm-sketch svg", page).boundingBox()) ?? {};
  expect(y).toBeGreaterThan(0);
  expect(y + Math.min(high, 200)).toBeLessThan(1.5 * height);
  expect(await find("llm-sketch [data-marks] > *", page).count()).toBeGreaterThan(3);
}

const openDetails = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Figures for which much more or less room is kept than they need, in rem. */
const wrongRooms = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-automatic] > .cell-figure")]
      .filter((figure) => figure.checkVisibility())
      .flatMap((figure) => {
        const kept = Number.parseFloat(getComputedStyle(figure).minBlockSize) / 16;
        figure.style.minBlockSize = "0";
        const needed = figure.getBoundingClientRect().height / 16;
        figure.style.minBlockSize = "";
        const right = needed < kept + 0.6 && needed > kept - 2;
        return right ? [] : `${figure.parentElement?.id}: ${kept} are kept, ${needed} needed`;
      }),
  );

test("every sketch is of a lesson that is there", () => {
  expect(lessons).toEqual(expect.arrayContaining(sketched));
  expect(sketched.length).toBeGreaterThan(20);
});

test("the site has a start page, a page for lost readers, the lessons and the benchmark", () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      "/",
      "/404.html",
      "/benchmark/",
      "/lessons/",
      "/lessons/layernorm/",
      "/lessons/training/",
    ]),
  );
});

// What axe finds depends on the width or on the theme, hardly on both: each of them once.
async function expectNoFault({ page, faults }: Reader): Promise<void> {
  await openDetails(page);
  await wake(page);
  expect(await overflow(page)).toBe(0);
  await expect.poll(() => wrongRooms(page)).toEqual([]); // one loads a vocabulary before it draws
  expect(faults).toEqual([]);
  await simplify(page);
  // It does not read MathML, so it calls a table head empty that holds a formula alone: a test above looks for empty ones.
  const rules = { "empty-table-header": { enabled: false } };
  expect(await audit(page, "html", { rules })).toEqual([]);
  expect(faults).toEqual([]);
}

describe.each(pages)("%s", (path) => {
  // These tests follow each other on one page, which nobody has touched at first.
  describe("at width 1280, light", () => {
    let reader: OpenPage;

    const openQuiet = async () => {
      const reader = await open(path);
      await quiet(reader.page);
      return reader;
    };
    beforeAll(async () => {
      reader = await openQuiet();
    });
    afterAll(() => reader?.close());

    if (lessons.includes(path) || path === "/") {
      test("loads at most 25 kB of JavaScript, compressed, before the reader touches a cell", async () => {
        let bytes = 0;
        for (const url of reader.scripts) {
          const body = await reader.page.request.get(url).then((response) => response.body());
          bytes += brotliCompressSync(body).length;
        }
        expect(bytes).toBeGreaterThan(1000);
        expect(bytes).toBeLessThan(25_000);
      });
    }

    if (sketched.includes(path)) {
      test("has its sketch within a screen and a half", () => expectSketchInSight(reader.page));
    }

    test("has one main heading, a description, and headings that skip no level", async () => {
      const { levels, description, names } = await reader.page.evaluate(() => {
        const all = <E extends Element>(selector: string) => [
          ...document.querySelectorAll<E>(selector),
        ];
        return {
          levels: all("h1, h2, h3, h4, h5, h6").map(({ tagName }) => Number(tagName[1])),
          description: all<HTMLMetaElement>('meta[name="description"]').map((one) => one.content),
          names: all("th, button, summary").map(({ textContent }) => textContent?.trim()),
        };
      });
      expect(levels.filter((level) => level === 1)).toEqual([1]);
      expect(description).toHaveLength(1);
      expect(description[0].length).toBeGreaterThan(20);
      const skips = levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1);
      expect(skips).toEqual([]);
      expect(names.filter((name) => name === "")).toEqual([]);
    });

    if (lessons.includes(path)) {
      test("moves by less than 0.05 under the reader's eyes", async () => {
        let moved = Infinity;
        const scroll = () =>
          reader.page.evaluate(async () => {
            let sum = 0;
            const observer = new PerformanceObserver((list) => {
              for (const entry of list.getEntries() as (PerformanceEntry & {
                value: number;
                hadRecentInput: boolean;
              })[]) {
                if (!entry.hadRecentInput) sum += entry.value;
              }
            });
            observer.observe({ type: "layout-shift", buffered: true });
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) {
              scrollTo(0, at);
              await frame();
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
            scrollTo(0, 0);
            await frame();
            observer.disconnect();
            return sum;
          });
        await whileDrawn(reader, openQuiet, async () => {
          moved = await scroll();
        });
        expect(moved).toBeLessThan(0.05);
      });
    }

    test("links only to pages and anchors that exist", async () => {
      const hrefs = await reader.page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
      );
      const broken: string[] = [];
      for (const href of new Set(hrefs)) {
        if (!href.startsWith(site.origin)) continue;
        const { pathname, hash } = new URL(href);
        const body = await textAt(pathname);
        const id = decodeURIComponent(hash.slice(1));
        // A link to a run is no anchor: it says the settings, which are read as the trainer reads them.
        const there = hash.startsWith("#run:")
          ? readLink(hash)
          : !id || body?.includes(`id="${id}"`);
        if (body === null || !there) broken.push(href);
      }
      expect(hrefs.length).toBeGreaterThan(2);
      expect(broken).toEqual([]);
    });

    test("is without fault", () => whileDrawn(reader, openQuiet, () => expectNoFault(reader)));

    test("can be walked by keyboard, beginning with the link to the text", async () => {
      const { page } = reader;
      await page.evaluate(() => {
        const controls = "a[href], button, input, select, textarea, summary, [tabindex='0']";
        for (const element of document.querySelectorAll<HTMLElement>(controls)) {
          if (element.checkVisibility({ visibilityProperty: true })) element.dataset.control = "";
        }
        // Tab goes on from where the page was touched last: from its beginning, as when it has just been opened.
        const beginning = document.createElement("button");
        document.body.prepend(beginning);
        beginning.focus();
        beginning.remove();
        addEventListener("focusin", ({ target }) => {
          if (target instanceof HTMLElement || target instanceof SVGElement)
            target.dataset.reached = "";
        });
      });
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
        "Skip to the text",
      );
      const count = await page.evaluate(() => document.querySelectorAll("[data-control]").length);
      await pressTabs(page, count + 20);
      const missed = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("[data-control]:not([data-reached])")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true }))
          .filter((element) => !element.matches(":disabled"))
          // Radio buttons of one name are one stop.
          .filter(
            (element) =>
              !(element instanceof HTMLInputElement && element.type === "radio") ||
              !document.querySelector(`input[name="${element.name}"][data-reached]`),
          )
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(missed).toEqual([]);
    });
  });

  // A telephone, held narrower and then wider: figures are drawn for the width that there is.
  describe("dark, at widths of a telephone", () => {
    let reader: OpenPage;

    const openNarrow = () => open(path, { width: 320, dark: true });
    beforeAll(async () => {
      reader = await openNarrow();
    });
    afterAll(() => reader?.close());

    test("does not scroll sideways at width 320", () =>
      whileDrawn(reader, openNarrow, async () => {
        await openDetails(reader.page);
        await wake(reader.page);
        expect(await overflow(reader.page)).toBe(0);
      }));

    test("is without fault at width 390", () =>
      whileDrawn(reader, openNarrow, async () => {
        await reader.page.setViewportSize({ width: 390, height });
        await expectNoFault(reader);
      }));
  });
});

test("the link to the text moves the reader there", async () => {
  const { page, close } = await open("/");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
  await close();
});

test("the theme follows the system until the reader chooses; the choice is kept", async () => {
  const { page, close } = await open("/");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.getByRole("button", { name: "Light theme" }).click();
  expect(await background()).toBe(light);
  await page.reload();
  expect(await background()).toBe(light);
  await page.goto(`${site.origin}/lessons/layernorm/`);
  expect(await background()).toBe(light);
  await page.getByRole("button", { name: "Dark theme" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  expect(await background()).toBe(dark);
  await close();
});

test("a page is printed dark on white, whatever the theme, with nothing folded away", async () => {
  const { page, close } = await open("/lessons/layernorm/", { dark: true });
  await page.emulateMedia({ media: "print" });
  const { background, ink } = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return { background: style.backgroundColor, ink: style.color };
  });
  expect({ background, ink }).toEqual({ background: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)" });
  const step = page.locator("details.step .reveal-body").first();
  expect((await step.boundingBox())?.height).toBeGreaterThan(20);
  await close();
});

test("an address that does not exist leads to the list of lessons", async () => {
  const { page, close } = await open("/lessons/nowhere/");
  expect(await page.locator("h1").textContent()).toBe("There is no page at this address");
  await page.locator("main").getByRole("link", { name: "all lessons" }).click();
  expect(new URL(page.url()).pathname).toBe("/lessons/");
  await close();
});

test("the start page lists and links all lessons", async () => {
  const { page, close } = await open("/");
  const items = page.locator("#lessons ol > li");
  expect(await items.count()).toBe(lessons.length);
  const linked = await items
    .locator(".title a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(linked.toSorted()).toEqual(lessons);
  await close();
});

test("the start page shows which exercises the reader has passed", async () => {
  const { page, close } = await open("/");
  const label = page.locator('[data-exercises~="layernorm/backward"]');
  const exercises = ((await label.getAttribute("data-exercises")) ?? "").split(" ");
  expect((await label.textContent())?.trim()).toBe(`${exercises.length} exercises`);
  const pass = (names: string[]) =>
    page.evaluate((passed) => {
      const times = passed.map((name) => [name, "2026-01-01T00:00:00Z"]);
      localStorage.setItem("llm.ts/passed", JSON.stringify(Object.fromEntries(times)));
    }, names);
  await pass(["layernorm/backward"]);
  await page.reload();
  expect(await label.textContent()).toBe(`1 of ${exercises.length} passed`);
  await pass(exercises);
  await page.reload();
  expect(await label.textContent()).toBe("passed");
  await close();
});

describe.each(lessons)("%s without JavaScript", (path) => {
  test("reads in full: sections, formulas, listings, and what waits behind a click", async () => {
    const { page, close } = await open(path, { javaScript: false });
    if (sketched.includes(path)) await expectSketchInSight(page);
    expect((await find("article", page).textContent())?.length).toBeGreaterThan(1500);
    expect(await find("article .prose > p", page).first().isVisible()).toBe(true);
    expect(await find("article h2", page).count()).toBeGreaterThan(2);
    expect(await find(".noscript", page).isVisible()).toBe(true);
    const folded = await find("article details", page).evaluateAll((all) =>
      all.map((details) => ({
        body: details.textContent?.trim() ?? "",
        summary: details.querySelector("summary")?.textContent?.trim() ?? "",
      })),
    );
    for (const { body, summary } of folded) {
      expect(body.length, summary).toBeGreaterThan(summary.length);
    }
    await close();
  });
});

test("formulas are typeset for the eye and written as MathML for a screen reader", async () => {
  const { page, close } = await open("/lessons/layernorm/", { javaScript: false });
  expect(await page.locator(".katex-display .katex-html").count()).toBeGreaterThan(3);
  const formulas = await page.locator(".katex").count();
  expect(await page.locator(".katex .katex-mathml math").count()).toBe(formulas);
  expect(await page.locator("code.language-math, .katex-error").count()).toBe(0);
  const paragraphs = await page.locator(".prose p, .prose li, .prose td").allTextContents();
  expect(paragraphs.filter((text) => /\$[^$]+\$/.test(text))).toEqual([]);
  const font = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter(({ status }) => status === "loaded").map((f) => f.family);
  });
  expect(font.join()).toContain("KaTeX_Math");
  await close();
});

test("one button opens all steps of a derivation, and closes them", async () => {
  const { page, close } = await open("/lessons/layernorm/");
  const derivation = page.locator("llm-derivation").first();
  const steps = await derivation.locator("details.step").count();
  expect(steps).toBeGreaterThan(2);
  await derivation.getByRole("button", { name: "Open all steps" }).click();
  expect(await derivation.locator("details.step[open]").count()).toBe(steps);
  await derivation.getByRole("button", { name: "Close all steps" }).click();
  expect(await derivation.locator("details.step[open]").count()).toBe(0);
  await close();
});

test("a quiz question says whether the answer is right, and why", async () => {
  const { page, close } = await open("/lessons/layernorm/");
  const question = page.locator("llm-question").first();
  const status = question.getByRole("status");
  await question.getByRole("button", { name: "Check" }).click();
  expect(await status.textContent()).toBe("Choose an answer first.");
  const right = Number(await question.getAttribute("data-answer"));
  await question
    .getByRole("radio")
    .nth(right === 0 ? 1 : 0)
    .check();
  await question.getByRole("button", { name: "Check" }).click();
  const hint = question.locator("label", { has: page.locator(":checked") }).locator("[data-hint]");
  expect(await status.textContent()).toBe(`Not this one. ${await hint.textContent()}`);
  expect(await status.textContent()).not.toContain(
    (await question.locator("[data-why]").textContent())?.slice(0, 20),
  );
  await question.getByRole("radio").nth(right).check();
  expect(await status.textContent()).toBe("");
  await question.getByRole("button", { name: "Check" }).click();
  expect(await status.textContent()).toMatch(/^Right\. .{10}/);
  await close();
});

test("the contents mark the section being read, and the bar names it", async () => {
  const { page, close } = await open("/lessons/layernorm/");
  const bar = page.locator(".place");
  expect(await bar.locator("[data-reading]").textContent()).toBe("In this lesson");
  const second = page.locator(".contents ol > li > a").nth(1);
  await second.click();
  await expect.poll(() => second.getAttribute("aria-current")).toBe("true");
  expect(new URL(page.url()).hash).toBe(await second.getAttribute("href"));
  expect(await bar.locator("[data-reading]").textContent()).toBe(await second.textContent());
  await page.evaluate(() => scrollTo({ top: 1e9, behavior: "instant" }));
  const read = () => bar.evaluate((place) => Number(place.style.getPropertyValue("--read")));
  await expect.poll(read).toBeGreaterThan(0.99);
  expect((await bar.boundingBox())?.y).toBe(0);
  await close();
});

test("on a phone the bar leads to every section and lesson, by keyboard, and ticks what is passed", async () => {
  const { page, close } = await open("/lessons/layernorm/", { width: 390 });
  const kept = { "layernorm/backward": "2026-01-02T03:04:05.000Z" };
  await page.evaluate(
    (passed) => localStorage.setItem("llm.ts/passed", passed),
    JSON.stringify(kept),
  );
  await page.reload();
  expect(await page.locator(".contents").isVisible()).toBe(false);
  // What is being read has the room: "Where it fits, and what it is for" is not cut to a few letters.
  const width = await page
    .locator(".place [data-reading]")
    .evaluate((e) => e.closest("details")?.clientWidth);
  expect(width).toBeGreaterThan(180);
  const [lessons, sections] = ["lessons", "sections"].map((name) =>
    page.locator(`.place details.${name}`),
  );
  await lessons.locator("summary").focus();
  await page.keyboard.press("Enter");
  // The bar is below the header still: the list ends within the window all the same.
  const ends = () =>
    lessons
      .locator(".panel")
      .evaluate((list) => list.getBoundingClientRect().bottom <= innerHeight);
  await expect.poll(ends).toBe(true);
  const row = lessons.locator("li", { hasText: "LayerNorm" });
  expect(await row.locator("a").getAttribute("aria-current")).toBe("page");
  expect(await row.textContent()).toMatch(/1 of \d+ passed$/);
  await page.keyboard.press("Escape");
  expect(await lessons.getAttribute("open")).toBeNull();
  expect(await lessons.locator("summary").evaluate((name) => name === document.activeElement)).toBe(
    true,
  );

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await sections.locator("[data-tick]:visible").allTextContents()).toEqual(["passed"]);
  const exercise = sections.locator('a[href="#exercise-backward"]');
  await exercise.focus();
  await page.keyboard.press("Enter");
  expect(await sections.getAttribute("open")).toBeNull();
  const top = () =>
    page.locator("#exercise-backward").evaluate((each) => each.getBoundingClientRect().top);
  await expect.poll(top).toBeLessThan(100);
  expect(await top()).toBeGreaterThanOrEqual(
    (await page.locator(".place").boundingBox())?.height ?? 0,
  );
  expect(await page.locator("#exercise-backward .tick").isVisible()).toBe(true);
  await close();
});

test("the map lights the lesson's parts, tells of the size that is chosen, and fills as exercises pass", async () => {
  const { page, close } = await open("/lessons/layernorm/");
  const map = page.locator(".model");
  expect(await map.locator('[aria-current="page"] .name').allTextContents()).toEqual(
    Array(3).fill("LayerNorm"),
  );
  const told = () => map.locator(".told > span:visible").allTextContents();
  expect((await told()).join("")).toContain("25 times in the model, 38,400 parameters");
  await map.locator("select").selectOption("tiny");
  expect((await told()).join("")).toContain("9 times in the model, 2,304 parameters");
  const fill = () => map.locator('[data-fill="layernorm"]').first().getAttribute("style");
  expect(await fill()).toContain("--fill: 0");
  const kept = { "layernorm/backward": "2026-01-02T03:04:05.000Z" };
  await page.evaluate(
    (passed) => localStorage.setItem("llm.ts/passed", passed),
    JSON.stringify(kept),
  );
  await page.reload();
  expect(await fill()).toContain("--fill: 0.5");
  await map.getByRole("link", { name: /Attention/ }).click();
  await page.waitForURL(/\/lessons\/attention\/$/);
  await close();
});

test("every page is served isolated, with a policy that names no origin but the one of GPT-2's weights", async () => {
  const response = await fetch(`${site.origin}/lessons/layernorm/`);
  expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  const weights = " https://huggingface.co https://*.huggingface.co https://*.hf.co";
  expect(policy).toContain(`connect-src 'self' blob:${weights};`);
  expect(policy.replace(weights, "")).not.toMatch(/https?:|\*|script-src[^;]*'unsafe-/);
  const { page, close } = await open("/lessons/layernorm/");
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await close();
});

test("the policy allows no inline script but the sandbox's own and one that every page has, by their hashes", async () => {
  const response = await fetch(`${site.origin}/sandbox.html`);
  const policy = response.headers.get("content-security-policy") ?? "";
  const hashes = new Set<string>();
  for (const path of ["/sandbox.html", ...pages]) {
    const scripts = [...((await textAt(path)) ?? "").matchAll(/<script>(.*?)<\/script>/gs)];
    expect(scripts, path).toHaveLength(1);
    const [, script] = scripts[0];
    expect(script.length, path).toBeGreaterThan(100);
    hashes.add(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  }
  const named = policy.match(/'sha256-[^']+'/g)?.toSorted();
  expect(named, "public/_headers must name the hashes").toEqual([...hashes].sort());
});
