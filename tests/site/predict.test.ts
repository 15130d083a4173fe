// The questions before a run, on real pages: a guess is committed to, judged, kept; or skipped.

import { expect, test } from "vitest";
import {
  audit,
  context,
  faults,
  find,
  newReader,
  open,
  page,
  poll,
  site,
  useReader,
} from "./reader.ts";

useReader();

const predict = (question: string) => find("llm-predict").filter({ hasText: question });
type Predict = ReturnType<typeof predict>;
const said = (of: Predict) => of.locator("[data-guess]").textContent();
const why = (of: Predict) => of.locator("[data-why]").textContent();
const isOpen = (of: Predict) => of.locator("details").evaluate((d: HTMLDetailsElement) => d.open);

/** Turns the pager to a question, and opens the folds around it. */
async function goTo(question: string): Promise<Predict> {
  const found = predict(question);
  await found.evaluate((element) => {
    for (
      let at = element.closest("details");
      at;
      at = at.parentElement?.closest("details") ?? null
    ) {
      at.open = true;
    }
  });
  const next = find("llm-pager", page)
    .filter({ has: page.locator("llm-predict", { hasText: question }) })
    .getByRole("button", { name: "Next" });
  while (!(await found.isVisible())) await next.click();
  return found;
}

test("words open the answer, stay beside it, and are there after a reload; a question can be skipped", async () => {
  await open("/lessons/sampling/");
  const words = await goTo("Why does the last point not apply");
  await words.getByLabel("Your guess").fill("nothing moves");
  await page.keyboard.press("Enter");
  await poll(() => said(words)).toBe("You guessed: nothing moves");
  expect(await why(words)).toMatch(/^Look for one word in your answer, place:/);
  expect(await isOpen(words)).toBe(true);
  expect(await words.locator("summary").evaluate((s) => s === document.activeElement)).toBe(true);
  const topK = await goTo("topK: 2");
  await topK.getByText("Skip, and show the answer").click();
  expect(await isOpen(topK)).toBe(true);
  expect(await said(topK)).toBe("");
  await page.reload();
  await goTo("Why does the last point not apply");
  await poll(() => said(words)).toBe("You guessed: nothing moves");
  expect(await isOpen(words)).toBe(false);
  expect(await words.getByLabel("Your guess").isVisible()).toBe(false);
  expect(faults).toEqual([]);
});

test("numbers are compared with the answer, and what is no number is named", async () => {
  await open("/lessons/layernorm/");
  const question = await goTo("What are the mean and variance of the output?");
  await question.getByLabel("Mean").focus();
  await page.keyboard.type("0");
  await page.keyboard.press("Tab");
  await page.keyboard.type("0,5");
  await page.keyboard.press("Enter");
  await poll(() => said(question)).toContain("“0,5” has a comma: write a point");
  expect(await isOpen(question)).toBe(false);
  await question.getByLabel("Variance").fill("5e-1");
  await page.keyboard.press("Enter");
  const says = "Mean: you said 0, and so it is.\nVariance: you said 0.5; it is 1, 2 times as much.";
  await poll(() => said(question)).toBe(says);
  // The reason is that of the number that is wrong.
  const reason =
    /^Dividing by the standard deviation makes the variance 1, whatever it was before\./;
  expect(await why(question)).toMatch(reason);
  expect(await isOpen(question)).toBe(true);
  expect(await audit(page, "llm-predict")).toEqual([]);
  await page.reload();
  await poll(() => said(question)).toBe(says);
  expect(await why(question)).toMatch(reason);
  expect(await question.getByLabel("Mean").isVisible()).toBe(false);
  expect(faults).toEqual([]);
});

test("a pager tells which of its questions is shown, also where that is a curve with places of its own", async () => {
  await open("/lessons/crossentropy/");
  const pager = find("llm-pager").first();
  const told = pager.getByRole("status").last();
  await poll(() => told.textContent()).toBe("1 of 5");
  await pager.getByRole("button", { name: "Next" }).click();
  expect(await told.textContent()).toBe("2 of 5");
});

test("a choice is committed to once; the right one is marked, and both are there after a reload", async () => {
  await open("/lessons/layernorm/");
  const question = await goTo("What happens to the output? And if 100 is added");
  await question.getByRole("button", { name: "Commit" }).click();
  await poll(() => said(question)).toBe("Choose one first.");
  await question.getByRole("radio").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  for (const visit of ["at once", "after a reload"]) {
    await poll(() => said(question), 20_000).toBe("Not this one: the answer is marked.");
    expect(await why(question), visit).toMatch(/^You are right about the 100\./);
    expect(await question.locator("[data-option] .label").allTextContents(), visit).toEqual([
      "your guess",
      "the answer",
    ]);
    const second = question.getByRole("radio").nth(1);
    expect(await second.isChecked()).toBe(true);
    expect(await second.isDisabled()).toBe(true);
    expect(await question.getByRole("button", { name: "Commit" }).isVisible()).toBe(false);
    if (visit === "at once") await page.reload();
    await goTo("What happens to the output? And if 100 is added");
  }
  expect(await audit(page, "llm-predict")).toEqual([]);
  expect(faults).toEqual([]);
});

test("a right choice gets no reason, and what each machine decides gets one for any", async () => {
  await open("/lessons/numbers-in-a-row/");
  const strides = await goTo("By how much does the offset grow");
  await strides.getByRole("radio").nth(1).check();
  await strides.getByRole("button", { name: "Commit" }).click();
  await poll(() => said(strides)).toContain("So it is.");
  expect(await why(strides)).toBe("");
  const machine = await goTo("A matrix of 2048 rows and 2048 columns");
  expect(await why(machine)).toBe("");
  await machine.getByRole("radio").first().check();
  await machine.getByRole("button", { name: "Commit" }).click();
  await poll(() => why(machine)).toMatch(/^What decides it is how memory hands numbers over/);
  expect(faults).toEqual([]);
});

test("a guess in words from before a question had choices is shown as it was", async () => {
  await open("/lessons/layernorm/");
  const question = predict("What happens to the output? And if 100 is added");
  const key = await question.getAttribute("data-key");
  await page.evaluate((key) => localStorage.setItem(`llm.ts/guess/${key}`, "nothing"), key);
  await page.reload();
  await poll(() => said(question)).toBe("You guessed: nothing");
});

const slope = "Draw the slope";

test("a curve is drawn by the pointer, compared with the true one, and kept", async () => {
  await open("/lessons/gelu/");
  const question = await goTo(slope);
  const drawing = question.locator("svg[data-plot]");
  await drawing.scrollIntoViewIfNeeded();
  expect(await drawing.locator(".truth").isVisible()).toBe(false);
  await question.getByRole("button", { name: "Commit" }).click();
  await poll(() => said(question)).toContain("Draw the curve first");
  const place = async (i: number, share: number) => {
    const at = await drawing.locator("[data-handle]").nth(i).boundingBox();
    const box = await drawing.boundingBox();
    if (!at || !box) throw new Error("nothing is drawn");
    return [at.x + at.width / 2, box.y + share * box.height] as const;
  };
  await page.mouse.move(...(await place(0, 0.7)));
  await poll(() => drawing.locator(".figure-handle").count()).toBe(9);
  await page.mouse.down();
  await page.mouse.move(...(await place(4, 0.5)));
  await page.mouse.move(...(await place(8, 0.28)));
  await page.mouse.up();
  const drawn = async () => (await drawing.getAttribute("data-drawn"))?.split(" ").map(Number);
  const heights = (await drawn()) ?? [];
  expect(heights).toHaveLength(9);
  expect(heights[8]).toBeGreaterThan(0.9);
  // The stroke skipped most points: they are on the line between those it met.
  expect(heights[6]).toBeCloseTo((heights[4] + heights[8]) / 2, 1);

  await question.getByRole("button", { name: "Commit" }).click();
  await poll(() => said(question)).toMatch(/on average 0\.\d+ away from the true one, and at most/);
  expect(await drawing.locator(".truth").isVisible()).toBe(true);
  expect(await isOpen(question)).toBe(true);
  expect(await why(question)).toMatch(
    /^A share stays between 0 and 1\. The slope is the share and/,
  );
  const [says, own] = [await said(question), await drawing.locator("[data-own]").getAttribute("d")];
  await page.reload();
  await goTo(slope);
  await poll(() => said(question)).toBe(says);
  expect(await drawing.locator("[data-own]").getAttribute("d")).toBe(own);
  expect(faults).toEqual([]);
});

test("a finger that comes without warning draws too", async () => {
  const phone = await newReader({ hasTouch: true, viewport: { width: 390, height: 800 } });
  await phone.page.goto(`${site.origin}/lessons/crossentropy/`);
  const drawing = phone.page.locator("svg[data-plot]");
  await drawing.scrollIntoViewIfNeeded();
  const box = await drawing.boundingBox();
  if (!box) throw new Error("nothing to draw in");
  await phone.page.touchscreen.tap(box.x + 0.95 * box.width, box.y + 0.75 * box.height);
  const last = async () => Number((await drawing.getAttribute("data-drawn"))?.split(" ").at(-1));
  await poll(last).toBeLessThan(1);
  expect(phone.faults).toEqual([]);
  await phone.context.close();
});

test("a curve is drawn by the keyboard, and each point tells its value", async () => {
  await open("/lessons/gelu/");
  const question = await goTo(slope);
  const points = question.getByRole("slider");
  expect(await points.count()).toBe(9);
  await points.first().focus();
  await poll(() => points.first().getAttribute("class")).toContain("figure-handle");
  expect(await points.first().getAttribute("aria-label")).toBe("slope where x is −4");
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("PageDown");
    await page.keyboard.press("Tab");
  }
  expect(await points.first().getAttribute("aria-valuenow")).toBe("0");
  await page.keyboard.press("ArrowUp");
  expect(await points.nth(4).getAttribute("aria-valuetext")).toBe("0.55");
  expect(await audit(page, "llm-predict")).toEqual([]);
  await question.getByRole("button", { name: "Commit" }).focus();
  await page.keyboard.press("Enter");
  await poll(() => said(question)).toContain("Yours is the dashed line");
});

test("without JavaScript and in print there are question and answer, and nothing to fill in", async () => {
  const plain = await newReader({ javaScriptEnabled: false });
  for (const [of, media] of [
    [plain, "screen"],
    [{ context, page }, "print"],
  ] as const) {
    await of.page.emulateMedia({ media });
    await of.page.goto(`${site.origin}/lessons/gelu/`);
    expect(await of.page.locator("llm-predict form:visible").count()).toBe(0);
    expect(await of.page.locator("llm-predict [data-handle]:visible").count()).toBe(0);
    expect(await of.page.locator("llm-predict .question").count()).toBeGreaterThan(3);
    const folded = of.page.locator("llm-predict", { hasText: "Can the output be negative" });
    if (media === "screen") await folded.locator("summary").click();
    expect(await folded.locator(".reveal-body").isVisible()).toBe(true);
  }
  await plain.context.close();
});
