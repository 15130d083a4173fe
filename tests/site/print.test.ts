// A lesson on paper: all of its text, figures that were drawn, and nothing to press.

import { expect, test } from "vitest";
import { find, open, page, useReader } from "./reader.ts";

useReader();

test("a printed lesson is whole: folds open, figures drawn, no button", async () => {
  await open("/lessons/layernorm/");
  const figures = find("llm-cell[data-automatic] > .cell-figure");
  await figures.last().evaluate((one) => {
    for (
      let fold = one.closest("details");
      fold;
      fold = fold.parentElement?.closest("details") ?? null
    )
      fold.open = true;
    one.scrollIntoView();
  });
  await expect.poll(() => figures.last().locator("svg").count()).toBeGreaterThan(0);

  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => {
    const visible = (selector: string) =>
      [...document.querySelectorAll(selector)].filter(
        (one) =>
          one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0,
      );
    return {
      pressed: visible("button, input, select, textarea").map((one) => one.outerHTML.slice(0, 80)),
      sketches: visible("llm-sketch svg").length,
      steps: visible("llm-derivation .katex-display").length,
      allSteps: document.querySelectorAll("llm-derivation .katex-display").length,
      questions: visible("llm-question").length,
      skip: visible("[data-skip]").length,
      answer: getComputedStyle(document.querySelector("llm-predict summary") as Element, "::after")
        .content,
      predictions: visible("llm-predict .reveal-body").length,
    };
  });
  expect(seen.pressed).toEqual([]);
  expect(seen.sketches).toBe(1);
  expect(seen.steps).toBe(seen.allSteps);
  expect(seen.steps).toBeGreaterThan(10);
  expect(seen.questions).toBeGreaterThan(1);
  expect([seen.skip, seen.answer]).toEqual([0, '"The answer"']);
  expect(seen.predictions).toBeGreaterThan(3);
  expect(await figures.last().locator("svg").first().isVisible()).toBe(true);
});
