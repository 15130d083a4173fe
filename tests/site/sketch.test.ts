// The sketches of the lessons as a reader uses them: by hand, by keyboard, by finger, and with a sentence of their own.

import { afterEach, expect, test } from "vitest";
import { faults, find, newReader, open, page, poll, site, useReader } from "./reader.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const says = (of = page) => find("llm-sketch [data-says]", of).textContent();
const handle = (of = page) => find("llm-sketch [data-handle]", of).first();

test("a handle is moved by arrows, Home and End, and tells a screen reader where it is", async () => {
  await open("/lessons/attention/");
  const before = await says();
  await handle().focus();
  await poll(async () => {
    await page.keyboard.press("Home"); // until the figure has come to life
    return says();
  }).toContain("“start” takes 1.00 from itself");
  expect(await handle().getAttribute("aria-valuetext")).toBe("start");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
  expect(await says()).toBe(before);
  expect(await handle().getAttribute("aria-valuenow")).toBe("4");
  await page.keyboard.press("End");
  expect(await handle().getAttribute("aria-valuetext")).toBe("he");
});

test("a handle is dragged, and the drawing and its sentence follow", async () => {
  await open("/lessons/softmax/");
  await handle().scrollIntoViewIfNeeded();
  await handle().hover();
  await poll(async () => {
    const box = await handle().boundingBox();
    if (!box) return "";
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 400, { steps: 5 }); // as far down as it goes
    await page.mouse.up();
    return says();
  }).toContain("“green” gets"); // red's logit is now −4
  expect(await handle().getAttribute("aria-valuenow")).toBe("-4");
});

test("a finger that touches a figure for the first time takes hold of it at once", async () => {
  const reader = await newReader({ hasTouch: true, viewport: { width: 390, height: 844 } });
  await reader.page.goto(`${site.origin}/lessons/softmax/`);
  const touched = handle(reader.page);
  await touched.scrollIntoViewIfNeeded();
  const box = await touched.boundingBox();
  if (!box) throw new Error("the handle is not to be seen");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const session = await reader.context.newCDPSession(reader.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", dy: number) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x, y: y + dy }],
    });
  await touch("touchStart", 0);
  await poll(async () => {
    await touch("touchMove", 300 + Math.random());
    return says(reader.page);
  }).toContain("“green” gets");
  await touch("touchEnd", 0);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

test("attention shows where the small model looks in a sentence of the reader's own", async () => {
  await open("/lessons/attention/");
  await find("llm-sketch [data-text]").fill("My lord, what news");
  await poll(() => says()).toContain("“s” takes");
  await find('llm-sketch [data-choice]:first-of-type input[value="0"]').check();
  await poll(() => says()).toContain("Layer 0, head 1: “s” takes 0.80 from “new”");
});
