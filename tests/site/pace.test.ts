// A lesson's pace: how long it is for a reader who opens nothing, and how soon there is a figure to take hold of.

import type { BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { find, newReader, type Reader, site, useSite } from "./reader.ts";

const height = 900;
const phone = { width: 390, height: 844 };

useSite();

let page: Reader["page"];

/** One page for all lessons, which are only looked at: a new reader's first page takes twice the time of the next. */
function useOnePage(options: BrowserContextOptions): void {
  let reader: Reader;
  beforeAll(async () => {
    reader = await newReader(options);
    page = reader.page;
  });
  afterAll(() => reader?.context.close());
}

async function openLesson(slug: string): Promise<void> {
  await page.goto(`${site.origin}/lessons/${slug}/`);
  await page.evaluate(() => document.fonts.ready);
}

describe("on a wide screen", () => {
  useOnePage({ viewport: { width: 1280, height } });

  test.each(course.map(({ slug }) => slug))(
    "%s takes less than twelve screens with nothing opened, and has a figure within the first and a half",
    async (slug) => {
      await openLesson(slug);
      const text = await find("article > .prose", page).boundingBox();
      expect(text?.height).toBeGreaterThan(5 * height); // the whole lesson is there
      expect(text?.height).toBeLessThan(12 * height);
      expect(await find("article :is(.deeper, .reveal)[open]", page).count()).toBe(0);
      const figure = await find("llm-sketch svg, llm-trainer", page).first().boundingBox();
      expect(figure?.height).toBeGreaterThan(100);
      expect(figure?.y).toBeLessThan(1.5 * height);
    },
  );
});

// Measured: the first six take 13.0 to 13.7 screens, the longest of all, onto-the-gpu and training, 14.4. What makes
// them this long is text; the longest listings are read whole.
describe("on a phone", () => {
  useOnePage({ hasTouch: true, isMobile: true, viewport: phone });

  describe.each(course.map(({ slug, number }) => ({ slug, most: number <= 6 ? 14 : 14.5 })))(
    "$slug",
    ({ slug, most }) => {
      beforeAll(async () => {
        await page.setViewportSize(phone);
        await openLesson(slug);
      });

      test(`takes less than ${most} screens with nothing opened, and no code or text is hidden at its side`, async () => {
        const text = await find("article > .prose", page).boundingBox();
        expect(text?.height).toBeGreaterThan(5 * phone.height);
        expect(text?.height).toBeLessThan(most * phone.height);
        const wide = await find("article pre", page).evaluateAll((all) =>
          all.filter((code) => code.scrollWidth > code.clientWidth).map((code) => code.ariaLabel),
        );
        expect(wide).toEqual([]);
      });

      test("has a map of two rows at 320, and of one at 390 but for what is around GPT-2", async () => {
        const rows = () =>
          find(".model .group", page).evaluateAll(
            (all) =>
              new Set(all.map((group) => Math.round(group.getBoundingClientRect().top))).size,
          );
        const line = await find(".model .group.line", page).count();
        expect(await rows()).toBe(1 + line);
        await page.setViewportSize({ width: 320, height: phone.height });
        expect(await rows()).toBe(2);
      });
    },
  );
});
