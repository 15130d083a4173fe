// A lesson's pace: how long it is for a reader who opens nothing, and how soon there is a figure to take hold of.

import { expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { find, open, page, useReader } from "./reader.ts";

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
