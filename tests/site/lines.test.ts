// The line of a derivation that is left to the reader, on a real page.

import { expect, test } from "vitest";
import { audit, context, faults, find, open, page, useReader } from "./reader.ts";

useReader();

const line = () => find("llm-line");
const formula = () => line().locator("[data-answer] math").first();

/** Opens the step that the line is in, and all folds around it. */
async function openLine(lesson: string): Promise<void> {
  await open(`/lessons/${lesson}/`);
  await line().evaluate((element) => {
    for (
      let at = element.closest("details");
      at;
      at = at.parentElement?.closest("details") ?? null
    ) {
      at.open = true;
    }
  });
  await line().locator("input").scrollIntoViewIfNeeded();
}

test("is judged by its numbers, shown when it is right, and kept", async () => {
  await openLine("attention");
  expect(await formula().isVisible()).toBe(false);
  const input = line().locator("input");
  const status = line().locator("[data-status]");
  await input.focus();
  await page.keyboard.type("a * g - m");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => status.textContent())
    .toMatch(
      /^Not yet\. With a = \S+, g = \S+, m = \S+ yours gives \S+, the line \S+\. The factor a belongs to both/,
    );
  expect(await input.getAttribute("aria-invalid")).toBe("true");
  expect(await formula().isVisible()).toBe(false);
  expect(await audit(page, "llm-line")).toEqual([]);

  await input.fill("a(g - m)");
  await page.keyboard.press("Enter");
  await expect.poll(() => status.textContent()).toContain("Products need a sign");

  await input.fill("a * (g - m)");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => status.textContent())
    .toMatch(/^Right\. .* a finite difference of softmax has them too\.$/);
  expect(await formula().isVisible()).toBe(true);
  expect(await audit(page, "llm-line")).toEqual([]);

  await openLine("attention");
  await expect.poll(() => status.textContent()).toMatch(/^Right\./);
  expect(await input.inputValue()).toBe("a * (g - m)");
  expect(faults).toEqual([]);
});

test("is shown when asked for, and then has the focus", async () => {
  await openLine("gelu");
  const show = line().locator("[data-show]");
  await show.focus();
  await page.keyboard.press("Enter");
  expect(await formula().isVisible()).toBe(true);
  expect(await show.isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.matches("[data-answer]"))).toBe(true);
  expect(faults).toEqual([]);
});

test("is there in print, and without JavaScript, with nothing to fill in", async () => {
  await openLine("layernorm");
  await page.emulateMedia({ media: "print" });
  expect(await formula().isVisible()).toBe(true);
  expect(await line().locator("form").isVisible()).toBe(false);
  const still = await context.browser()?.newContext({ javaScriptEnabled: false });
  const plain = await still?.newPage();
  await plain?.goto(page.url());
  const seen = plain?.locator("llm-line");
  const shown = (part: string) =>
    seen
      ?.locator(part)
      .first()
      .evaluate((e) => getComputedStyle(e).display);
  expect(await shown("[data-answer]")).toBe("block");
  expect(await shown("form")).toBe("none");
  await still?.close();
});
