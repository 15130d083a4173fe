// The start page: the recorded run beside the headline, and the ways on from it.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { exercises } from "../../src/exercises.ts";
import { numbersOf, writingOf } from "../../src/recorded/words.ts";
import type { Recording } from "../../src/training/recording.ts";
import { faults, find, newReader, open, page, poll, site, useReader } from "./reader.ts";
import { number, reach, view } from "./trainer/trainer.ts";

const { stops, baselines }: Recording = JSON.parse(
  readFileSync(new URL("../../src/recorded/tiny.json", import.meta.url), "utf8"),
);
const last = stops.length - 1;

useReader();

const part = (name: string, of: Page = page) => find(`llm-recording [data-part="${name}"]`, of);

/** What is seen of the recording: spans that are not shown do not count. */
async function seen(of: Page = page): Promise<Record<string, string>> {
  const names = ["step", "loss", "time", "writing"];
  // biome-ignore lint/performance/useDomNodeTextContent: it leaves out what is not shown
  const texts = await Promise.all(names.map((name) => part(name, of).innerText()));
  return Object.fromEntries(names.map((name, i) => [name, texts[i].trim()]));
}

const at = (index: number) => ({
  ...numbersOf(stops[index]),
  writing: writingOf(stops[index]).trim(),
});

/** Where the marker is, as a share of the plot's width and height. */
const marker = (): Promise<number[]> =>
  find("llm-recording .area").evaluate((area) => {
    const [box, dot] = [area, area.querySelector(".dot") as Element].map((element) =>
      element.getBoundingClientRect(),
    );
    return [
      (dot.x + dot.width / 2 - box.x) / box.width,
      (dot.y + dot.height / 2 - box.y) / box.height,
    ];
  });

test("by keyboard, the slider goes through the run: text, numbers, marker and baselines follow", async () => {
  await open("/");
  expect(await seen()).toEqual(at(last)); // a still, as the reader wants no motion
  expect(await part("play").isVisible()).toBe(false);
  expect((await marker())[0]).toBeCloseTo(1, 2);

  const range = page.getByRole("slider", { name: "Step of the recorded run" });
  await range.focus();
  await page.keyboard.press("Home");
  await poll(() => seen()).toEqual(at(0));
  expect((await marker())[0]).toBeCloseTo(0, 2);
  const beaten = () => find("llm-recording [data-beaten]").count();
  expect(await beaten()).toBe(0);
  const top = (await marker())[1];

  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await poll(() => seen()).toEqual(at(3));
  expect(await range.getAttribute("aria-valuetext")).toMatch(/^step \d+, loss \d\.\d\d, after /);
  expect((await marker())[0]).toBeCloseTo(Math.sqrt(stops[3].step / stops[last].step), 2);
  expect((await marker())[1]).toBeGreaterThan(top);
  await poll(() => part("status").textContent()).toContain(writingOf(stops[3]));

  await page.keyboard.press("End");
  await poll(() => seen()).toEqual(at(last));
  expect(await beaten()).toBe(baselines.filter((loss) => stops[last].loss < loss).length);
  expect(faults).toEqual([]);
});

test("without JavaScript the page shows the end of the run, and no control that would do nothing", async () => {
  const { page: still, context } = await newReader({
    javaScriptEnabled: false,
    reducedMotion: "no-preference",
  });
  await still.goto(site.origin);
  expect(await seen(still)).toEqual(at(last));
  expect(await still.getByRole("slider").count()).toBe(0);
  expect(await find("llm-recording path", still).first().getAttribute("d")).toMatch(/^M\d+ /);
  await context.close();
});

test("it plays once by itself from step 0, stops for a hand, waits at the end, and moves nothing around it", async () => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1000); // time goes on when the test says so
  await page.addInitScript(() => {
    const shifts: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as LayoutShift).value);
    }).observe({ type: "layout-shift" });
    Object.assign(window, { shifts });
  });
  await open("/");
  expect(await seen()).toEqual(at(0));
  expect((await marker())[0]).toBeCloseTo(0, 2);
  const shifts = () => page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  await page.evaluate(() => document.fonts.ready);
  const before = (await shifts()).length;

  const range = part("range");
  const place = async () => Number(await range.inputValue());
  const placeAfter = async (milliseconds: number) => {
    await page.clock.runFor(milliseconds);
    return place();
  };
  await poll(() => placeAfter(300)).toBeGreaterThan(2);
  await page.getByRole("button", { name: "Pause" }).click();
  const paused = await place();
  expect(await placeAfter(3000)).toBe(paused);
  expect(await seen()).toEqual(at(paused));

  await page.getByRole("button", { name: "Play" }).click();
  await poll(() => placeAfter(300)).toBeGreaterThan(paused);
  const box = await find("llm-recording .rail").boundingBox();
  if (!box) throw new Error("the rail is not seen");
  await page.mouse.click(box.x + box.width / 2, box.y);
  await poll(place).toBe(last / 2);
  expect(await placeAfter(3000)).toBe(last / 2);

  await page.getByRole("button", { name: "Play" }).click();
  await poll(() => placeAfter(3000)).toBe(last);
  expect(await placeAfter(20_000)).toBe(last);
  expect(await seen()).toEqual(at(last));
  expect(await page.getByRole("button", { name: "Play" }).isVisible()).toBe(true);
  expect((await shifts()).slice(before)).toEqual([]);
  expect(faults).toEqual([]);
});

/** Of this browser, as if the reader had been here before. */
async function leave(kept: Record<string, unknown>): Promise<void> {
  await page.addInitScript((kept) => {
    for (const [key, value] of Object.entries(kept)) {
      localStorage.setItem(`llm.ts/${key}`, JSON.stringify(value));
    }
  }, kept);
}

const on = "2026-01-02T03:04:05.000Z";
const begin = (of: Page = page) => find("[data-begin]", of);
const state = () => find("[data-state]");

test("a new reader is to begin; one who comes back goes on at the exercise that is next, and sees how far the course is", async () => {
  await open("/");
  expect(await begin().textContent()).toBe("Begin with Numbers in a row");
  expect(await state().isVisible()).toBe(false);

  await leave({ read: { layernorm: on }, passed: { "layernorm/backward": on } });
  await open("/");
  await poll(() => begin().textContent()).toBe("Continue: LayerNorm, Find the bug");
  expect(await state().textContent()).toBe(
    `1 of ${exercises.length} exercises passed, 0 of ${course.length} lessons done`,
  );
  await begin().click();
  expect(new URL(page.url()).pathname).toBe("/lessons/layernorm/");
  expect(new URL(page.url()).hash).toBe("#exercise-mend");
  await poll(() => find("#exercise-mend").count()).toBe(1);
  expect(faults).toEqual([]);
});

test("a reader who left a lesson in its midst goes on at that section", async () => {
  await open("/lessons/layernorm/");
  const link = find(".contents [data-sections] > li > a").nth(2);
  const title = (await link.textContent())?.trim();
  await link.click();
  const hash = new URL(page.url()).hash;
  const kept = () => page.evaluate(() => localStorage.getItem("llm.ts/at"));
  await poll(kept).toContain(`"id":"${hash.slice(1)}"`);
  await open("/");
  await poll(() => begin().textContent()).toBe(`Continue: LayerNorm, ${title}`);
  expect(await begin().getAttribute("href")).toBe(`${site.origin}/lessons/layernorm/${hash}`);
  expect(faults).toEqual([]);
});

test("a reader who has done it all is told so", async () => {
  const times = (names: string[]) => Object.fromEntries(names.map((name) => [name, on]));
  await leave({
    read: times(course.map(({ slug }) => slug)),
    passed: times(exercises.map(({ key }) => key)),
  });
  await open("/");
  await poll(() => begin().textContent()).toBe("You have done it all");
  expect(await state().textContent()).toBe(
    `${exercises.length} of ${exercises.length} exercises passed, ${course.length} of ${course.length} lessons done`,
  );
});

test("until it is known where to go on, no button is seen that leads elsewhere; without the scripts it is, in the end", async () => {
  await page.route("**/*.js", (route) => route.abort());
  await leave({ passed: { "layernorm/backward": on } });
  await open("/");
  expect(await find("h1").isVisible()).toBe(true);
  expect(await begin().isVisible()).toBe(false);
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish();
  });
  expect(await begin().isVisible()).toBe(true);
});

test("“Train it here, now” opens the trainer and starts it; after that, the run is offered, and nothing starts by itself", async () => {
  const press = async () => {
    await open("/");
    await page.getByRole("link", { name: "Train it here, now" }).click();
  };
  const offer = find('[data-part="offer"]');
  await press();
  await reach(page, 1);
  expect(page.url()).toBe(`${site.origin}/lessons/training/#train`);
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0);
  const bar = await find('[data-part="bar"]').boundingBox();
  expect(bar?.y).toBeGreaterThanOrEqual(0);
  expect(bar?.y).toBeLessThan((page.viewportSize()?.height ?? 0) / 2);
  await poll(() => number(page, "saved")).toMatch(/^step \d/);

  await page.reload();
  await view(page, "idle");
  expect(await offer.isVisible()).toBe(true);

  await press();
  await page.waitForSelector('llm-trainer[data-view="idle"]');
  expect(await offer.isVisible()).toBe(true);
  expect(await find("llm-trainer dialog[open]").count()).toBe(0);
  expect(await find('[data-action="start"]').textContent()).toBe("Start over");
  expect(faults).toEqual([]);
});

describe("the first paint", () => {
  test("needs the document alone, whose beginning comes in the first flight of a connection", async () => {
    const html = await (await fetch(site.origin)).text();
    const opening = html.slice(0, html.indexOf("</llm-recording>"));
    expect(opening).toContain("<h1");
    // Ten packets of 1,460 bytes (RFC 6928), less the headers of the answer.
    expect(gzipSync(opening).length).toBeLessThan(14_600 - 1000);
    // Whatever else the page names is held back for good.
    await page.route("**/*", (route) =>
      route.request().isNavigationRequest() ? route.continue() : undefined,
    );
    await page.goto(site.origin, { waitUntil: "commit" });
    await poll(() => paint()).toBeGreaterThan(0);
    expect(await find("h1").isVisible()).toBe(true);
    const size = await find("h1").evaluate((h1) => getComputedStyle(h1).fontSize);
    expect(Number.parseFloat(size)).toBeGreaterThan(36); // as it is styled
  });
});

/** When something was seen first, in milliseconds; 0: nothing yet. */
const paint = (): Promise<number> =>
  page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);

interface LayoutShift {
  value: number;
}
