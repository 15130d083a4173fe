// A reader who has only a keyboard, or hears the page: the focus is never lost, and names say what they are of.

import { expect, test } from "vitest";
import { cell, paste, status } from "./cell.ts";
import { faults, find, open, page, poll, useReader } from "./reader.ts";

useReader();

const lost = () => page.evaluate(() => document.activeElement === document.body);
const hasFocus = (selector: string) =>
  page.evaluate((of) => document.activeElement?.matches(of) ?? false, selector);

test("at the first and the last question the focus goes to the question, and from there into it", async () => {
  await open("/lessons/tokens/");
  const pager = find("llm-pager").last();
  const next = pager.locator("[data-on]");
  await next.focus();
  const count = await pager.locator(".pages > llm-question").count();
  for (let at = 2; at <= count; at++) {
    expect(await lost()).toBe(false);
    await page.keyboard.press("Enter");
    await poll(() => pager.locator("[data-at]").textContent()).toBe(`${at} of ${count}`);
  }
  expect(await next.isDisabled()).toBe(true);
  expect(await hasFocus("llm-question[data-shown]")).toBe(true);
  await page.keyboard.press("Tab");
  expect(await hasFocus("llm-question[data-shown] input")).toBe(true);
  const back = pager.locator("[data-back]");
  await back.focus();
  for (let at = count - 1; at >= 1; at--) await page.keyboard.press("Enter");
  expect(await back.isDisabled()).toBe(true);
  expect(await hasFocus("llm-question[data-shown]")).toBe(true);
  expect(faults).toEqual([]);
});

test("a button that goes away or is switched off hands its focus on", async () => {
  await open("/lessons/tokens/");
  const mend = cell("tokens/mend");
  await mend.locator("[data-more]").focus();
  await page.keyboard.press("Enter"); // all lines of the code
  await poll(() => hasFocus(".cm-content")).toBe(true);

  await paste(mend, "for (;;) await 0;\n");
  await mend.locator("[data-run]").focus();
  await page.keyboard.press("Enter");
  await poll(() => mend.locator("[data-stop]").isEnabled()).toBe(true);
  // While the run lasts, the focus is where it was, on a button that only says that it waits.
  expect(await hasFocus('[data-run][aria-disabled="true"]')).toBe(true);
  await page.keyboard.press("Enter");
  expect(await hasFocus('[data-run][aria-disabled="true"]')).toBe(true);
  await mend.locator("[data-stop]").focus();
  await page.keyboard.press("Enter");
  await poll(() => mend.locator("[data-run]").isEnabled()).toBe(true);
  expect(await hasFocus("[data-run]:not([aria-disabled])")).toBe(true);
  expect(await status(mend).textContent()).not.toBe("");

  const figure = find("figure.cell").first();
  await figure.scrollIntoViewIfNeeded();
  const merge = figure.getByRole("button", { name: "Merge" });
  await poll(() => merge.isVisible(), 60_000).toBe(true);
  await merge.focus();
  for (let i = 0; i < 60 && (await merge.isEnabled()); i++) await page.keyboard.press("Enter");
  expect(await merge.isDisabled()).toBe(true);
  expect(await hasFocus(".figure-slider")).toBe(true);
});

test.each(["light", "dark"] as const)(
  "the editor that has the focus is framed, in the %s theme",
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open("/lessons/layernorm/");
    const one = cell("layernorm/play");
    const frame = () =>
      one.locator(".cm-editor").evaluate((editor) => {
        const ring = getComputedStyle(editor, "::after");
        const sides = ["top", "right", "bottom", "left"].map((side) =>
          ring.getPropertyValue(`border-${side}-width`),
        );
        const { width, height } = editor.getBoundingClientRect();
        const whole = [parseFloat(ring.width), parseFloat(ring.height)];
        const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        // How light a colour is, as WCAG reckons it.
        const light = (color: string) => {
          if (!canvas) throw new Error("no canvas");
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
            const share = byte / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const grounds = [editor, editor.closest("llm-cell") as Element].map(
          (of) => getComputedStyle(of).backgroundColor,
        );
        const line = light(ring.borderTopColor);
        const contrasts = grounds.map((ground) => {
          const [dark, bright] = [line, light(ground)].sort((a, b) => a - b);
          return (bright + 0.05) / (dark + 0.05);
        });
        return {
          content: ring.content,
          sides,
          covers: [width, height].map((of, i) => of - whole[i]),
          contrasts,
        };
      });
    await paste(one, "const x = 1;\n");
    const { content, sides, covers, contrasts } = await frame();
    expect(content).toBe('""');
    expect(sides).toEqual(["2px", "2px", "2px", "2px"]);
    for (const off of covers) expect(Math.abs(off)).toBeLessThan(5); // its own lines, where they do not count
    for (const contrast of contrasts) expect(contrast).toBeGreaterThan(3);
    await one.locator("[data-run]").focus();
    await poll(async () => (await frame()).content).toBe("none"); // the editor notices a moment later
  },
);

test("a heading has its own name, its link says where it leads, and a figure is called by its title", async () => {
  await open("/lessons/tokens/");
  const name = { name: "Bytes", exact: true };
  expect(await page.getByRole("heading", name).count()).toBe(1);
  expect(await page.getByRole("link", { name: "Link to Bytes", exact: true }).count()).toBe(1);
  const links = await find(".anchor").count();
  expect(await page.getByRole("link", { name: /^Link to \S/ }).count()).toBe(links);
  expect(links).toBeGreaterThan(8);
  const title = "Byte-pair encoding, merge by merge";
  expect(await page.getByRole("figure", { name: title, exact: true }).count()).toBe(1);
});
