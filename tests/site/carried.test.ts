// One sentence that goes with the reader from softmax to the loss and to sampling, read by the course's small model, and then
// by a run of the reader's own: what the pages show is what the kernels give in Node.

import { readFile } from "node:fs/promises";
import { memorySource } from "@llm.ts/kernels/formats/source.ts";
import { afterEach, expect, test } from "vitest";
import type { Answer } from "../../src/carried/answer.ts";
import { answer, courseModel, runModel, type SmallModel } from "../../src/carried/model.ts";
import { audit, context, faults, find, open, page, poll, useReader } from "./reader.ts";
import { act, choose, openLesson, quick, view } from "./trainer/trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const sentence = "Romeo, where art thou";
const figure = (part: string) => find(`[id="carried-${part}"]`);
const place = (part: string, name: string) => figure(part).locator(`[data-${name}]`);

/** The numbers for which the bars stand. */
const shown = (part: string): Promise<number[]> =>
  place(part, "table")
    .locator("[data-exact]")
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.exact)));

const expected: Record<string, (said: Answer) => number[]> = {
  softmax: ({ guesses }) => guesses.map(({ probability }) => probability),
  loss: ({ came }) => came.map(({ loss }) => loss),
  sampling: ({ drawn }) => drawn?.shares.map(({ after }) => after) ?? [],
};

async function agrees(part: string, model: SmallModel, asked = sentence): Promise<void> {
  const sampling = { temperature: 1, topP: 0.8, seed: 1 };
  const said = await answer(model, { sentence: asked, sampling });
  const numbers = expected[part](said);
  await poll(async () => (await shown(part)).length, 60_000).toBe(numbers.length);
  await poll(async () => (await shown(part))[0], 60_000).toBeCloseTo(numbers[0], 6);
  for (const [i, number] of (await shown(part)).entries()) {
    expect(number).toBeCloseTo(numbers[i], 6);
  }
  if (part !== "sampling") return;
  expect(await figure(part).locator(".carried-text").textContent()).toBe(
    said.tokens.join("") + said.drawn?.text,
  );
}

const lessons = { softmax: "softmax", loss: "crossentropy", sampling: "sampling" };

test("a sentence goes from lesson to lesson, read by the course's small model, where no run is kept", async () => {
  const course = courseModel(await readFile("src/figures/toy.bin"));
  await open("/lessons/softmax/");
  await agrees("softmax", course, "My lord, I will"); // drawn when the site was built
  await figure("softmax").scrollIntoViewIfNeeded();
  expect(await place("softmax", "switch").isVisible()).toBe(false);
  expect(await place("softmax", "none").locator("a").getAttribute("href")).toBe(
    "/lessons/training/",
  );
  await place("softmax", "text").fill(sentence);
  await agrees("softmax", course);
  expect(await place("softmax", "says").textContent()).toMatch(
    /^After “Romeo, where art thou” the/,
  );
  for (const part of ["loss", "sampling"] as const) {
    await open(`/lessons/${lessons[part]}/`);
    await figure(part).scrollIntoViewIfNeeded();
    expect(await place(part, "text").inputValue()).toBe(sentence);
    await agrees(part, course);
  }

  // Another draw, and another temperature, by keyboard.
  const text = figure("sampling").locator(".carried-text");
  const first = await text.textContent();
  await place("sampling", "again").focus();
  await page.keyboard.press("Enter");
  await poll(() => text.textContent(), 60_000).not.toBe(first);
  await place("sampling", "slider").first().focus();
  await page.keyboard.press("ArrowRight");
  await poll(() => place("sampling", "says").textContent(), 60_000).toMatch(
    /^At temperature 1\.1 /,
  );
  expect(await audit(page, "llm-carried")).toEqual([]);
});

test("a run that was trained here reads the sentence in its place, in all three lessons", async () => {
  const trainer = await context.newPage();
  await openLesson(trainer);
  await choose(trainer, { ...quick, steps: 12, warmup: 2 });
  await act(trainer, "start");
  await view(trainer, "finished");
  const [file] = await Promise.all([
    trainer.waitForEvent("download"),
    trainer.click('[data-action="export"]'),
  ]);
  const checkpoint = new Uint8Array(await readFile(await file.path()));
  const yours = await runModel(memorySource(checkpoint));

  // The trainer is still open in its tab, and holds its files.
  await open("/lessons/softmax/");
  await figure("softmax").scrollIntoViewIfNeeded();
  await poll(() => place("softmax", "switch").isVisible(), 60_000).toBe(true);
  expect(await place("softmax", "none").isVisible()).toBe(false);
  expect(await place("softmax", "yours").textContent()).toMatch(/^yours: tiny.*, after 12 steps$/);
  const before = await shown("softmax");
  await place("softmax", "text").fill(sentence);
  await figure("softmax").locator('input[value="course"]').focus();
  await page.keyboard.press("ArrowDown");
  await agrees("softmax", yours);
  expect(await shown("softmax")).not.toEqual(before);
  expect(await audit(page, "llm-carried")).toEqual([]);

  for (const part of ["loss", "sampling"] as const) {
    await open(`/lessons/${lessons[part]}/`);
    await figure(part).scrollIntoViewIfNeeded();
    await poll(() => figure(part).locator('input[value="yours"]').isChecked(), 60_000).toBe(true);
    await agrees(part, yours);
  }
  await figure("sampling").locator('input[value="course"]').check();
  await agrees("sampling", courseModel(await readFile("src/figures/toy.bin")));

  // The run is thrown away: the course's model reads on, and the page says where another would come from.
  await act(trainer, "reset", "yes");
  await view(trainer, "idle");
  await page.reload();
  await figure("sampling").scrollIntoViewIfNeeded();
  await agrees("sampling", courseModel(await readFile("src/figures/toy.bin")));
  expect(await place("sampling", "switch").isVisible()).toBe(false);
  expect(await place("sampling", "none").isVisible()).toBe(true);
});
