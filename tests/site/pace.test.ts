// A lesson's pace: how long it is for a reader who opens nothing, and how soon there is a figure to take hold of.

import { expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { find, newReader, open, page, site, useReader } from "./reader.ts";

const height = 900;

useReader({ viewport: { width: 1280, height } });

test.each(course.map(({ slug }) => slug))(
  "%s takes less than twelve screens with nothing opened, and has a figure within the first and a half",
  async (slug) => {
    await open(`/lessons/${slug}/`);
    await page.evaluate(() => document.fonts.ready);
    const text = await find("article > .prose").boundingBox();
    expect(text?.height).toBeGreaterThan(5 * height); // the whole lesson is there
    expect(text?.height).toBeLessThan(12 * height);
    expect(await find("article :is(.deeper, .reveal)[open]").count()).toBe(0);
    const figure = await find("llm-sketch svg, llm-trainer").first().boundingBox();
    expect(figure?.height).toBeGreaterThan(100);
    expect(figure?.y).toBeLessThan(1.5 * height);
  },
);

// Measured: the first six take 13.0 to 13.7 screens, the longest of all, onto-the-gpu and training, 14.4. What makes
// them this long is text; the longest listings are read whole.
const phone = { width: 390, height: 844 };

test.each(course.map(({ slug, number }) => ({ slug, most: number <= 6 ? 14 : 14.5 })))(
  "$slug takes less than $most screens of a phone with nothing opened, and no code or text is hidden at its side",
  async ({ slug, most }) => {
    const reader = await newReader({ hasTouch: true, isMobile: true, viewport: phone });
    await reader.page.goto(`${site.origin}/lessons/${slug}/`);
    await reader.page.evaluate(() => document.fonts.ready);
    const text = await find("article > .prose", reader.page).boundingBox();
    expect(text?.height).toBeGreaterThan(5 * phone.height);
    expect(text?.height).toBeLessThan(most * phone.height);
    const wide = await find("article pre", reader.page).evaluateAll((all) =>
      all.filter((code) => code.scrollWidth > code.clientWidth).map((code) => code.ariaLabel),
    );
    expect(wide).toEqual([]);
    await reader.context.close();
  },
);
