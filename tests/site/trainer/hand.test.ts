// The reader's hand on a run: what is changed while it goes.

import { readFile } from "node:fs/promises";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { afterEach, expect, test } from "vitest";
import { context, faults, poll, useReader } from "../reader.ts";
import {
  act,
  bits,
  choose,
  download,
  number,
  open,
  openLesson,
  quick,
  reach,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

test("the rate is changed and the run extended by keyboard, and a file or a reload in between changes no bit", async () => {
  const page = await open();
  await choose(page, { ...quick, T: 16, steps: 6, warmup: 2 });
  const change = async (values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) {
      await page.locator(`input[name="${name}"]`).focus();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Enter");
  };
  const openHand = async () => {
    if ((await page.locator('[data-part="hand"]').getAttribute("open")) !== null) return;
    await page.locator('[data-part="hand"] summary').focus();
    await page.keyboard.press("Enter");
  };
  const finish = async (between?: "a file" | "a reload") => {
    await act(page, "start");
    await view(page, "finished");
    await openHand();
    if (between === "a file") {
      const saved = page.waitForEvent("download");
      await page.click('[data-action="export"]');
      const path = await (await saved).path();
      await act(page, "reset", "yes");
      await view(page, "idle");
      await page.setInputFiles('[data-part="checkpoint"]', {
        name: "run.safetensors",
        mimeType: "application/octet-stream",
        buffer: await readFile(path),
      });
      await view(page, "finished");
      await openHand();
    }
    if (between === "a reload") {
      await change({ newSteps: "6" });
      await poll(() => page.locator('[data-part="doing"]').textContent()).toBe(
        "Nothing was changed.",
      );
      await page.reload();
      await view(page, "idle");
      await act(page, "resume");
      await view(page, "finished");
      await openHand();
    }
    await change({ newRate: "0.001", newSteps: "12" });
    await reach(page, 12);
    await view(page, "finished");
    return download(page);
  };
  const expected = await finish();
  expect(expected.find(({ step }) => step === "7")?.change).toBe(
    "learning rate 0.002 → 0.001; steps 6 → 12",
  );
  expect(await page.locator('[data-hand="changes"]').textContent()).toContain("after step 6");
  await poll(() => page.locator('[data-part="chart"] svg').textContent()).toContain("steps 6 → 12");
  expect(await number(page, "step")).toBe("12 of 12");
  await page.fill('input[name="newSteps"]', "5");
  await page.keyboard.press("Enter");
  expect(await page.locator('[data-error="newSteps"]').textContent()).toBe(
    "The number of steps is 5, but 12 are done already; choose 13 or more.",
  );
  for (const between of ["a file", "a reload"] as const) {
    await act(page, "reset", "yes");
    await view(page, "idle");
    await choose(page, { ...quick, T: 16, steps: 6, warmup: 2, learningRate: "0.002" });
    expect(bits(await finish(between)), between).toEqual(bits(expected));
  }
});

test("a task is trained on: a prompt asks one of its problems, and how many the model gets is shown and kept", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await page.check('input[name="text"][value="task"]');
  await page.selectOption('select[name="task"]', "add");
  await choose(page, { ...quick, B: 4, T: 16, steps: 20, validateEvery: 10 });
  await poll(() => page.locator('[data-part="task-text"]').textContent()).toBe(
    "300,000 tokens to train on, 30,000 for validation, in a vocabulary of 13",
  );
  expect(await page.inputValue('[name="prompt"]')).toMatch(/^\d\d\+\d\d=$/);
  await act(page, "start");
  await view(page, "finished");
  const score = page.locator('[data-part="score"]');
  const shown = await score.textContent();
  expect(shown).toMatch(/\d+ of 50 problems that it never saw answered rightly at step 20/);
  const rows = await download(page);
  expect(rows.map(({ right_answers }) => right_answers).filter((text) => text !== "")).toHaveLength(
    3,
  );
  expect(await score.locator("polyline").getAttribute("points")).toMatch(
    /^0\.0,\S+ 100\.0,\S+ 200\.0,/,
  );
  await page.reload();
  await view(page, "idle");
  await act(page, "resume");
  await view(page, "finished");
  expect(await score.textContent()).toBe(shown);
  expect(await page.locator('[data-part="summary"]').textContent()).toContain("Add two numbers");
});

test("a vocabulary is made from the reader's text: its characters, or byte pairs that are learned here", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await page.setInputFiles('input[name="file"]', {
    ...{ name: "cats.txt", mimeType: "text/plain" },
    buffer: Buffer.from("the cat sat at the mat\n\n".repeat(200)),
  });
  const counted = page.locator('[data-part="own-text"]');
  await page.selectOption('select[name="vocabulary"]', "characters");
  // "\n", the blank, "acehmst" and the end of a text: 200 sections of 24 characters, but for the last, which is empty.
  await poll(() => counted.textContent()).toMatch(/in a vocabulary of 10\.$/);
  await page.selectOption('select[name="vocabulary"]', "pairs");
  await poll(() => counted.textContent()).toMatch(/in a vocabulary of 26\d\.$/);
  await choose(page, { ...quick, steps: 2, warmup: 1 });
  await act(page, "start");
  await view(page, "finished");
  await page.fill('[name="prompt"]', "the mat sat");
  await page.click('[data-action="sample"]');
  const sample = page.locator('[data-part="samples"] li:not([data-writing]) .writing').first();
  await poll(() => sample.textContent()).toMatch(/^the mat sat/);
});

test("the best checkpoint is kept beside the last, saved to a file, and gone back to", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await page.check('input[name="preset"][value="own"]');
  const run = { ...quick, L: 1, C: 48, NH: 4, T: 16, steps: 12, warmup: 0, validateEvery: 1 };
  await choose(page, { ...run, learningRate: 0.5 }); // at which the loss soon grows
  await page.check('input[name="keepBest"]');
  await act(page, "start");
  await view(page, "finished");
  const before = await download(page);
  const losses = before.filter(({ validation_loss }) => validation_loss);
  const [{ step: best, validation_loss: least }] = losses
    .slice(1)
    .toSorted((a, b) => Number(a.validation_loss) - Number(b.validation_loss));
  expect(Number(best)).toBeLessThan(12);

  const hand = page.locator('[data-part="hand"]');
  await hand.locator("summary").click();
  const told = hand.locator('[data-hand="best"]');
  expect(await told.locator("p").textContent()).toBe(
    `The best checkpoint is kept: step ${best}, validation loss ${Number(least).toFixed(4)}.`,
  );
  const saved = page.waitForEvent("download");
  await told.locator('[data-action="export-best"]').click();
  const file = readSafetensors(await readFile(await (await saved).path()));
  expect(JSON.parse(file.metadata.progress).step).toBe(Number(best));

  await told.locator('[data-action="back"]').click();
  await page.click('[data-part="dialog"] button[value="yes"]');
  await view(page, "paused");
  await poll(() => number(page, "step")).toBe(`${best} of 12`);
  const after = await download(page);
  const upTo = (rows: typeof before) =>
    rows.filter(({ step, train_loss }) => train_loss && Number(step) < Number(best));
  expect(bits(after).length).toBe(Number(best));
  expect(upTo(after)).toEqual(upTo(before));
});

test("a model of the reader's own sizes is planned, refused at the field and trained; patience pauses it", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await page.check('input[name="preset"][value="own"]');
  await choose(page, { ...quick, L: 1, C: 48, NH: 5, T: 16, learningRate: 0.5, validateEvery: 1 });
  expect(await page.locator('[data-error="NH"]').textContent()).toBe(
    "The heads share the C = 48 channels evenly: NH = 5 does not divide it.",
  );
  await choose(page, { NH: 4, beta1: 0.8, patience: 2 });
  // wte, wpe, one layer, the last layernorm.
  const parameters = 1024 * 48 + 64 * 48 + (12 * 48 * 48 + 13 * 48) + 2 * 48;
  expect(await page.locator('[data-part="memory"] tbody tr').last().textContent()).toContain(
    `${parameters.toLocaleString("en-GB")} parameters`,
  );
  await act(page, "start");
  await view(page, "paused");
  expect(await page.locator('[data-part="alert"]').textContent()).toMatch(
    /^The run pauses: in the 2 validations since step \d+ the loss has not been better than [\d.]+\. It can be continued\.$/,
  );
  await act(page, "stop");
  await view(page, "idle");
  expect(await page.inputValue('input[name="C"]')).toBe("48");
  expect(await page.inputValue('input[name="beta1"]')).toBe("0.8");
});
