// A lesson on a phone: code that is read and written with a thumb.

import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { cell } from "./cell.ts";
import { audit, faults, find, open, page, poll, simplify, useReader } from "./reader.ts";

const [width, height] = [390, 844];

useReader({ hasTouch: true, isMobile: true, viewport: { width, height } });

const layernorm = "/lessons/layernorm/";
const backward = () => cell("layernorm/backward");
const keys = (one: Locator) => one.getByRole("toolbar");
const press = (one: Locator, name: string) =>
  keys(one).getByRole("button", { name, exact: true }).tap();
const text = (one: Locator) =>
  one.evaluate((element) => (element as HTMLElement & { text: string }).text);

/** Taps into a listing, which becomes an editor. */
async function tapInto(one: Locator): Promise<void> {
  await one.locator("[data-code] pre").tap({ position: { x: 150, y: 30 } });
  await poll(() => one.locator(".cm-focused").count()).toBe(1);
}

/** Puts the cursor at the end of all that is in an editor. */
const toTheEnd = (one: Locator): Promise<void> =>
  one.locator(".cm-content").evaluate((content) => {
    const selection = getSelection();
    selection?.selectAllChildren(content);
    selection?.collapseToEnd();
  });

test("keys for brackets and signs come with the editor, type without taking the focus, and are for fingers", async () => {
  await open(layernorm);
  expect(await page.getByRole("toolbar").count()).toBe(0);
  const one = cell("layernorm/play");
  await tapInto(one);
  expect(await keys(one).getAttribute("aria-label")).toBe("Keys. Code: Four channels to play with");
  const before = await text(one);
  await toTheEnd(one);
  await press(one, "Opening square bracket");
  await press(one, "Closing square bracket");
  await press(one, "Cursor left");
  for (const sign of ["Opening bracket", "Closing bracket"]) await press(one, sign);
  await page.keyboard.type("1");
  await press(one, "Cursor right");
  for (const sign of ["Equals", "Plus", "Times", "Minus", "Slash", "Point", "Less than"]) {
    await press(one, sign);
  }
  for (const sign of ["Greater than", "Opening brace", "Closing brace", "Semicolon"]) {
    await press(one, sign);
  }
  expect(await text(one)).toBe(`${before}[()1]=+*-/.<>{};`);
  await press(one, "Indent");
  expect((await text(one)).split("\n").at(-1)).toMatch(/^ {2}/);
  expect(await one.locator(".cm-focused").count()).toBe(1);
  for (let i = 0; i < 30 && (await text(one)) !== before; i++) await press(one, "Undo");
  expect(await text(one)).toBe(before);

  const buttons = await keys(one).getByRole("button").all();
  expect(buttons).toHaveLength(19);
  for (const button of buttons) {
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(box?.width).toBeGreaterThanOrEqual(40);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  await simplify(page);
  expect(await audit(page, ".cell-keys")).toEqual([]);
  expect(faults).toEqual([]);
});

test("the keys are at the lower edge of what is seen while one writes, below the code when it ends, and move nothing", async () => {
  await open(layernorm);
  const one = backward();
  await tapInto(one);
  await one
    .locator(".cm-line")
    .first()
    .evaluate((line) => line.scrollIntoView({ block: "center" }));
  const bottom = async () => {
    const box = await keys(one).boundingBox();
    return Math.round((box?.y ?? 0) + (box?.height ?? 0));
  };
  expect((await one.locator(".cm-editor").boundingBox())?.height).toBeGreaterThan(height / 2);
  await poll(bottom).toBe(height);
  // A phone's keyboard covers the window's lower part: the same as a window of which less is seen.
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, "height", { value: innerHeight - 300 });
    visualViewport?.dispatchEvent(new Event("resize"));
  });
  await poll(bottom).toBe(height - 300);
  await one
    .locator("[data-reset]")
    .evaluate((button) => button.scrollIntoView({ block: "center" }));
  const bar = () => one.locator(".cell-bar").evaluate((e) => e.getBoundingClientRect().top);
  const [top, below] = [await bar(), await bottom()];
  expect(below).toBeLessThanOrEqual(Math.ceil(top));
  await one.locator(".cm-content").evaluate((content) => (content as HTMLElement).blur());
  expect([await bar(), await bottom()]).toEqual([top, below]);
});

test("what is offered to write is between the bar and the keys, and taken with a tap", async () => {
  await open(layernorm);
  const one = cell("layernorm/play");
  await tapInto(one);
  await toTheEnd(one);
  await page.keyboard.type("const row = new Float32Array(4);\nrow");
  await press(one, "Point");
  await page.keyboard.type("suba");
  const offered = one.locator(".cm-tooltip-autocomplete");
  await poll(() => offered.locator(".cm-completionLabel").allTextContents()).toEqual(["subarray"]);
  await poll(async () => (await offered.boundingBox())?.y).toBeGreaterThan(-height); // it has its place
  const [list, row, bar] = await Promise.all(
    [offered, keys(one), find(".place")].map((each) => each.boundingBox()),
  );
  expect(list?.y).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0));
  expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual(row?.y ?? 0);
  await page.waitForTimeout(100); // a list that has just come takes no tap
  await offered.locator(".cm-completionLabel").tap();
  await poll(() => text(one)).toMatch(/row\.subarray$/);
});

test("the keys go when there is a keyboard", async () => {
  await open(layernorm);
  const one = cell("layernorm/play");
  await tapInto(one);
  expect(await keys(one).count()).toBe(1);
  await page.keyboard.press("Control+ArrowRight");
  await poll(() => keys(one).count()).toBe(0);
});

/** Where each row of the code begins and ends, from the corner of the listing or the editor; and how high that is. */
const rowsOf = (one: Locator, line: string) =>
  one.locator("[data-code]").evaluate((code, selector) => {
    const box = code.getBoundingClientRect();
    const rows = [...code.querySelectorAll(selector)].map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      const tops = [...new Set(rects.map(({ top }) => Math.round(top - box.top)))];
      const left = Math.round(Math.min(...rects.map((rect) => rect.left - box.left)));
      return { rows: tops.length, top: tops[0] ?? null, left: rects.length > 0 ? left : null };
    });
    const ends = Math.max(...[...code.querySelectorAll(selector)].map((e) => e.scrollWidth));
    return { rows, fits: ends <= box.width, height: Math.round(box.height) };
  }, line);

test.each([320, 390])(
  "at %i long lines are broken, each set in by its own indent, alike in the listing and in the editor",
  async (width) => {
    await page.setViewportSize({ width, height });
    await open(layernorm);
    const one = cell("layernorm/forward");
    const listing = await rowsOf(one, ".line");
    expect(listing.fits).toBe(true);
    expect(listing.rows.filter(({ rows }) => rows > 1).length).toBeGreaterThan(5);
    // A line within three loops is set in further than a parameter, and what is left of it further still.
    const code = await one.locator(".line").allTextContents();
    const hanging = (start: string) =>
      one
        .locator(".line")
        .nth(code.findIndex((line) => line.trim().startsWith(start)))
        .evaluate((e) => {
          const range = document.createRange();
          range.selectNodeContents(e);
          const letters = [...range.getClientRects()].filter(({ width }) => width > 0);
          const last = Math.max(...letters.map(({ top }) => Math.round(top)));
          const rest = letters.filter(({ top }) => Math.round(top) === last);
          return Math.min(...rest.map(({ left }) => left));
        });
    expect(await hanging("out[row + i] =")).toBeGreaterThan((await hanging("rstd: Floats")) + 10);

    await page.setViewportSize({ width, height: 2000 }); // an editor leaves out what is far from being seen
    await tapInto(one);
    await keys(one).evaluate((row) => row.remove()); // below the code, which is compared
    const editor = await rowsOf(one, ".cm-line");
    expect(editor).toEqual(listing);
    const numbers = await one
      .locator(".cm-lineNumbers .cm-gutterElement")
      .evaluateAll((all) =>
        all
          .filter((number) => number.checkVisibility({ visibilityProperty: true }))
          .map((number) => Math.round(number.getBoundingClientRect().height)),
      );
    const heights = await one
      .locator(".cm-line")
      .evaluateAll((all) => all.map((line) => Math.round(line.getBoundingClientRect().height)));
    expect(numbers).toEqual(heights); // each number is beside its line, however many rows that has
  },
);

test("an edit that was kept is broken in the same way, and a line that is typed too", async () => {
  await open(layernorm);
  const one = cell("layernorm/play");
  await tapInto(one);
  await toTheEnd(one);
  await page.keyboard.type(`    const long = [${"1000, ".repeat(12)}1];`);
  await poll(() => page.evaluate(() => Object.keys(localStorage).length)).toBeGreaterThan(0);
  const last = async (line: string) => (await rowsOf(one, line)).rows.at(-1);
  const typed = await last(".cm-line");
  expect(typed?.rows).toBeGreaterThan(1);
  await page.route("**/editor*.js", (route) => route.abort());
  await page.reload();
  await one.locator("[data-more]").tap();
  expect(await last(".line")).toEqual(typed);
});

/** How many rows each of some elements has. */
const rowCounts = (of: Locator) =>
  of.evaluateAll((all) =>
    all
      .filter((each) => each.checkVisibility())
      .map((each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        const middles = [...range.getClientRects()].map(({ top, height }) => top + height / 2);
        return middles.filter((y, i) => middles.findIndex((other) => Math.abs(y - other) < 5) === i)
          .length;
      }),
  );

test.each([320, 390])(
  "at %i a shape, an index and a short call are on one line, in plain text as in code",
  async (width) => {
    await page.setViewportSize({ width, height });
    for (const [lesson, text, of] of [
      ["softmax", "(B, T, 50304)", "pre"],
      ["attention", "(B, T, 3C)", "pre"],
      ["attention", "[row + t2]);", "llm-cell"],
      ["grouped-query-attention", "(B, T, NH hs)", "pre"],
    ]) {
      await open(`/lessons/${lesson}/`);
      const wholes = find(`${of} .whole:not(:has(.whole))`).filter({ hasText: /[([]/ });
      expect((await wholes.allTextContents()).join(" ")).toContain(text);
      const rows = await rowCounts(wholes);
      expect(rows.length).toBeGreaterThan(2);
      expect(Math.max(...rows)).toBe(1);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  },
);

test("the map over a lesson is one thing to press, and opens with parts as large as a finger", async () => {
  await open("/lessons/softmax/");
  const [map, part] = [find(".model .groups"), find('.model a[href="/lessons/matmul/"]').last()];
  const { x = 0, y = 0, width = 0, height = 0 } = (await part.boundingBox()) ?? {};
  expect(width).toBeLessThan(30);
  const above = (await find(".model .told").boundingBox())?.y ?? 0;
  await page.touchscreen.tap(x + width / 2, y + height / 2);
  await poll(() => find(".model .larger[open]").count()).toBe(1);
  expect(page.url()).toMatch(/softmax\/$/);
  const parts = await map.locator("a").evaluateAll((all) =>
    all.map((each) => {
      const { width, height } = each.getBoundingClientRect();
      return Math.min(width, height);
    }),
  );
  expect(parts.length).toBeGreaterThan(20);
  expect(Math.min(...parts)).toBeGreaterThanOrEqual(44);
  // What it is for stands between the button and the map.
  const said = await find(".model .larger p").boundingBox();
  const button = await find(".model .larger summary").boundingBox();
  expect(said?.y).toBeGreaterThanOrEqual((button?.y ?? 0) + (button?.height ?? 0));
  const end = (said?.y ?? 0) + (said?.height ?? 0);
  expect((await map.boundingBox())?.y).toBeGreaterThanOrEqual(end);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await find(".model .larger summary").tap();
  expect((await find(".model .told").boundingBox())?.y).toBe(above);
  await find(".model .larger summary").tap();
  await part.tap();
  await page.waitForURL("**/lessons/matmul/");
});

test("at 320 the name of a section is read whole in the bar, in two lines", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open("/lessons/attention/");
  await find("#where-it-fits-and-what-it-is-for").evaluate((heading) => heading.scrollIntoView());
  await poll(() => find("[data-reading]").textContent()).toBe("Where it fits, and what it is for");
  const hidden = await find("[data-reading]").evaluate(
    (name) => name.scrollHeight - name.clientHeight,
  );
  expect(hidden).toBeLessThan(6); // no third line
  expect(await rowCounts(find("[data-reading]"))).toEqual([2]);
  expect((await find(".place").boundingBox())?.height).toBe(45);
});

test("a table and a formula that are too wide have a shadow where there is more", async () => {
  await open("/lessons/what-changed-since-gpt-2/");
  const table = find(".scroll:has(table)").filter({ hasText: "gate" }).first();
  const shadows = () =>
    table.evaluate((each) => {
      const [left, right] = getComputedStyle(each).backgroundSize.split(", ");
      return [left, right].map((size) => Number.parseFloat(size) > 0);
    });
  await table.evaluate((each) => {
    for (let at: Element | null = each; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
  });
  await poll(shadows).toEqual([false, true]);
  await table.evaluate((each) => each.scrollTo({ left: 50, behavior: "instant" }));
  await poll(shadows).toEqual([true, true]);
  await table.evaluate((each) => each.scrollTo({ left: each.scrollWidth, behavior: "instant" }));
  await poll(shadows).toEqual([true, false]);
});

const pressed = [
  ...["button", ".button", "summary", "select", "body > header a", ".place a", "footer nav a"],
  ...[
    'input:not([type="radio"], [type="checkbox"], [type="range"], [type="file"])',
    "label:has(input)",
  ],
].join();

test.each(["/", "/lessons/attention/", "/lessons/layernorm/", "/lessons/training/", "/search/"])(
  "%s: what is pressed is 44 pixels high",
  async (path) => {
    await open(path);
    await page.evaluate(() => document.fonts.ready);
    const low = await find(pressed).evaluateAll((all) =>
      all
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .map((each) => ({
          height: each.getBoundingClientRect().height,
          html: each.outerHTML.slice(0, 120),
        }))
        .filter(({ height }) => height < 43.9),
    );
    expect(low).toEqual([]);
  },
);

test("the lists of the bar have room for a finger, and what is beside them too", async () => {
  await open("/lessons/attention/");
  for (const menu of ["lessons", "sections"]) {
    await find(`.place .${menu} > summary`).tap();
    const heights = await find(`.place .${menu} .panel a`).evaluateAll((all) =>
      all.map((link) => link.getBoundingClientRect().height),
    );
    expect(heights.length).toBeGreaterThan(10);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await find(`.place .${menu} > summary`).tap();
  }
  const widths = await find(".place :is(.opens-symbols, .ways a)").evaluateAll((all) =>
    all.map((each) => each.getBoundingClientRect().width),
  );
  expect(widths.length).toBe(3);
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(44);
});

test("the search is the whole screen, its field stays above what is found, and a tap leads on", async () => {
  await open("/lessons/layernorm/");
  await find("[data-opens-search]").tap();
  const dialog = page.getByRole("dialog", { name: "Search" });
  const field = dialog.getByRole("searchbox");
  await field.fill("attention");
  await poll(() => dialog.getByRole("status").textContent()).toMatch(/^\d+ pages/);
  expect(await dialog.boundingBox()).toEqual({ x: 0, y: 0, width, height });
  const names = dialog.locator("[data-names] a");
  const boxes = await Promise.all((await names.all()).map((name) => name.boundingBox()));
  expect(boxes.length).toBeGreaterThan(3);
  for (const box of boxes) expect(box?.height).toBeGreaterThanOrEqual(44);
  const status = await dialog.getByRole("status").boundingBox();
  expect((status?.y ?? 0) + (status?.height ?? 0)).toBeLessThanOrEqual(boxes[0]?.y ?? 0);
  await dialog.evaluate((element) => element.scrollTo(0, 1000));
  for (const each of [field, dialog.getByRole("button", { name: "Close the search" })]) {
    const box = await each.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(20);
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
  await dialog.evaluate((element) => element.scrollTo(0, 0));
  await names.first().tap();
  await page.waitForURL("**/lessons/attention/");
  expect(faults).toEqual([]);
});

test("half a block is one row of the whole map, and the theme's button one line, however narrow the phone", async () => {
  await open("/");
  const tops = await find(".model .block ol")
    .first()
    .evaluate((row) =>
      [...row.children].map((part) => Math.round(part.getBoundingClientRect().top)),
    );
  expect(new Set(tops).size).toBe(tops.length / 5);
  await page.setViewportSize({ width: 320, height });
  expect((await find("theme-button button").boundingBox())?.height).toBe(44);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});
