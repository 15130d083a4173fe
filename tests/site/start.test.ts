// The start page: the recorded run beside the headline, and the ways on from it.

import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { numbersOf, writingOf } from "../../src/recorded/words.ts";
import type { Recording } from "../../src/training/recording.ts";
import { faults, find, newReader, open, page, poll, site, useReader } from "./reader.ts";

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

interface LayoutShift {
  value: number;
}
