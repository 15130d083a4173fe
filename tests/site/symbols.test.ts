// A symbol tells what it means: under the pointer, on focus, and in the drawer.

import { expect, test } from "vitest";
import { audit, faults, find, open, page, simplify, useReader } from "./reader.ts";

useReader();

test("a symbol in a formula and a variable in code tell their meaning, and the focus of a formula tells of all", async () => {
  await open("/lessons/attention/");
  const bubble = find(".symbol-meaning");
  const formula = find(".prose [data-stop]").first();
  await formula.scrollIntoViewIfNeeded();
  await formula.locator(".mathnormal", { hasText: /^q$/ }).first().hover();
  await expect
    .poll(() => bubble.locator(".what").allTextContents())
    .toEqual(["queries: what a token looks for"]);
  expect(await page.locator(".katex .lit").first().textContent()).toBe("q");
  await page.keyboard.press("Escape");
  expect(await bubble.isVisible()).toBe(false);
  expect(await page.locator(".lit").count()).toBe(0);

  const name = find(".prose :is(p, li) > code:visible").filter({ hasText: /^preatt$/ });
  await name.first().scrollIntoViewIfNeeded();
  await name.first().hover();
  await expect
    .poll(() => bubble.locator(".what").allTextContents())
    .toEqual(["scores; 0 above the diagonal"]);

  await page.keyboard.press("Tab"); // a key was the last thing used, so that the focus is visible
  await formula.focus();
  await expect.poll(() => formula.getAttribute("aria-describedby")).toBe("symbol-meaning");
  expect(await bubble.locator(".what").count()).toBeGreaterThan(2);
  await simplify(page);
  expect(await audit(page, ".symbol-meaning")).toEqual([]);
  await page.keyboard.press("Escape");
  expect(await bubble.isVisible()).toBe(false);
  expect(faults).toEqual([]);
});

test("the bar's button opens the table as a drawer, and Escape gives the focus back", async () => {
  await open("/lessons/attention/");
  const button = find("[data-opens-symbols]");
  await button.focus();
  await page.keyboard.press("Enter");
  const drawer = find(".symbols-drawer");
  await expect.poll(() => drawer.isVisible()).toBe(true);
  expect(await drawer.locator("tbody tr").count()).toBe(33);
  await page.keyboard.press("Escape");
  expect(await drawer.isVisible()).toBe(false);
  expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
});
