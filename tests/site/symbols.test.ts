// A symbol tells what it means: under the pointer, on focus, and in the drawer.

import { expect, test } from "vitest";
import {
  audit,
  faults,
  find,
  newReader,
  open,
  page,
  poll,
  simplify,
  site,
  useReader,
} from "./reader.ts";

useReader();

test("a symbol in a formula tells its meaning and is lit, and the focus of a formula tells of all", async () => {
  await open("/lessons/attention/");
  const bubble = find(".symbol-meaning");
  const formula = find(".prose [data-formula]").first();
  await formula.scrollIntoViewIfNeeded();
  const q = await formula.locator(".mathnormal", { hasText: /^q$/ }).first().boundingBox();
  if (!q) throw new Error("the first formula of attention has no q");
  await page.mouse.move(q.x + q.width / 2, q.y + q.height / 2);
  await expect
    .poll(() => bubble.locator(".what").allTextContents())
    .toEqual(["queries: what a token looks for"]);
  expect(await page.locator(".katex .lit").first().textContent()).toBe("q");
  await page.keyboard.press("Escape");
  expect(await bubble.isVisible()).toBe(false);
  expect(await page.locator(".lit").count()).toBe(0);

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

test("the first tap on a symbol tells its meaning, aloud as well, and a tap elsewhere ends it", async () => {
  const phone = await newReader({ hasTouch: true, viewport: { width: 390, height: 800 } });
  await phone.page.goto(`${site.origin}/lessons/attention/`);
  const formula = phone.page.locator(".prose [data-formula]").first();
  await formula.locator(".mathnormal", { hasText: /^q$/ }).first().tap();
  const bubble = phone.page.locator(".symbol-meaning");
  await expect
    .poll(() => bubble.locator(".what").allTextContents())
    .toEqual(["queries: what a token looks for"]);
  expect(await phone.page.locator(".symbol-voice").textContent()).toContain("queries");
  await phone.page
    .locator(".prose h2")
    .first()
    .tap({ position: { x: 2, y: 2 } });
  await expect.poll(() => bubble.isVisible()).toBe(false);
  await phone.context.close();
});

test("a variable in a listing and in the text tells what it is, and is silent when the pointer leaves it", async () => {
  await open("/lessons/attention/");
  const meaning = find(".symbol-meaning");
  const point = async (at: { x: number; y: number }) => {
    await page.mouse.move(0, 0);
    await page.mouse.move(at.x, at.y);
  };
  /** The middle of the first such word in a listing. */
  const inListing = (word: string) =>
    page.evaluate((word) => {
      const [listing] = document.querySelectorAll('llm-cell[data-key="attention/forward"] pre');
      listing.scrollIntoView({ block: "center" });
      const texts = document.createTreeWalker(listing, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const at = node.textContent?.match(new RegExp(`\\b${word}\\b`))?.index;
        if (at === undefined) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        const { left, top, width, height } = range.getBoundingClientRect();
        if (top > 100 && top < innerHeight - 100)
          return { x: left + width / 2, y: top + height / 2 };
      }
      throw new Error(`${word} is not to be seen`);
    }, word);
  const hs = await inListing("hs");
  await point(hs);
  await poll(() => meaning.textContent()).toMatch(/hs.*channels of a head/);
  expect(await meaning.isVisible()).toBe(true);
  await point({ x: hs.x, y: 70 }); // in the bar
  await poll(() => meaning.isVisible()).toBe(false);

  const code = find(".prose > p code").filter({ hasText: /^inp$/ }).first();
  await code.scrollIntoViewIfNeeded();
  const box = await code.boundingBox();
  if (!box) throw new Error("the code is not to be seen");
  await point({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  await poll(() => meaning.textContent()).toMatch(/queries.*keys.*values/s);
});

/** Points at the middle of an element, which is brought into view. */
async function pointAt(one: ReturnType<typeof find>) {
  await one.scrollIntoViewIfNeeded();
  const box = await one.boundingBox();
  if (!box) throw new Error("what is pointed at is not to be seen");
  await page.mouse.move(0, 0);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
}

test.each([
  ["tokens", "N", "N", "number of tokens in the text", 6], // four tokens, their count, and the handle
  ["onto-the-vectors", "S", "total", "the whole sum", 2],
  ["onto-the-gpu", "A", "A", "the first factor: inp in the forward pass", 3], // its squares, its name, its rows
])(
  "in the lesson %s %s is lit in the first figure, and the figure's marks tell of it",
  async (slug, letter, name, what, count) => {
    await open(`/lessons/${slug}/`);
    const meaning = find(".symbol-meaning .what");
    await pointAt(
      find(".prose .katex .mathnormal")
        .filter({ hasText: new RegExp(`^${letter}$`), visible: true })
        .first(),
    );
    await poll(() => meaning.allTextContents()).toEqual([what]);
    await poll(() => find("llm-sketch .lit").count()).toBe(count);
    await page.keyboard.press("Escape");
    expect(await find(".lit").count()).toBe(0);
    await pointAt(find(`llm-sketch :is(text, tspan)[data-symbol="${name}"]`).first());
    await poll(() => meaning.allTextContents()).toEqual([what]);
    expect(faults).toEqual([]);
  },
);

test("a handle that has the focus lights what it moves, and goes on to when it is moved", async () => {
  await open("/lessons/layernorm/");
  const mean = find('llm-sketch [data-handle][data-symbol="mean"]');
  const lit = find("llm-sketch svg > g .lit");
  await mean.focus();
  await poll(() => lit.count()).toBe(3); // the line of the mean, its name and its value
  await page.keyboard.press("ArrowUp");
  await poll(() => mean.getAttribute("aria-valuenow")).toBe("9");
  expect(await lit.count()).toBe(3);
  expect(await find(".symbol-meaning").isVisible()).toBe(false); // it would be in the way
  await mean.blur();
  await poll(() => find(".lit").count()).toBe(0);
  expect(faults).toEqual([]);
});

test("the trainer's fields and losses tell what their letters mean", async () => {
  await open("/lessons/training/");
  const marks = find("llm-trainer [data-symbol]");
  const names = await marks.evaluateAll((all) =>
    all.map((one) => (one as HTMLElement).dataset.symbol),
  );
  expect(new Set(names)).toEqual(new Set(["B", "T", "V", "losses"]));
  await find('llm-trainer [data-part="drawer"] > summary').click();
  await find('llm-trainer[data-view="idle"]').waitFor(); // what is said of the GPU moves the fields below it
  await pointAt(find('llm-trainer [data-symbol="B"]'));
  await poll(() => find(".symbol-meaning .what").allTextContents()).toEqual([
    "number of sequences",
  ]);
  expect(faults).toEqual([]);
});

test("a symbol that is pointed at in a formula is lit in the figure, and the figure's label tells what it means", async () => {
  await open("/lessons/layernorm/");
  const lit = find("llm-sketch .lit");
  const formula = find(".prose [data-formula]").first();
  await pointAt(formula.locator(".mathnormal", { hasText: /^μ$/ }).first());
  await poll(() => lit.count()).toBe(4); // the line of the mean, its name and its value, and the handle
  expect(
    await lit.evaluateAll((all) => all.map((one) => (one as SVGElement).dataset.symbol)),
  ).toEqual(["mean", "mean", "mean", "mean"]);

  await pointAt(find("llm-sketch text").filter({ hasText: /^output$/ }));
  await poll(() => find(".symbol-meaning .what").allTextContents()).toEqual(["the output"]);
  expect(await lit.count()).toBe(5); // four bars and their name
  await page.keyboard.press("Escape");
  expect(await lit.count()).toBe(0);
  expect(faults).toEqual([]);
});
