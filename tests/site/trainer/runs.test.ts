// Runs that are kept, named, laid over each other and compared.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { audit, context, faults, poll, useReader } from "../reader.ts";
import {
  act,
  choose,
  download,
  open,
  openDrawer,
  openLesson,
  quick,
  reach,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const part = (page: Page, name: string) => page.locator(`[data-part="${name}"]`);

/** The rows of the list, each by its name. */
const names = (page: Page) =>
  page
    .locator('[data-part="runs-list"] [data-run="name"]')
    .evaluateAll((all) => all.map((input) => (input as HTMLInputElement).value));

const openRuns = (page: Page) =>
  part(page, "runs").evaluate((runs: HTMLDetailsElement) => {
    runs.open = true;
  });

/** The file that a button gives out. */
async function saved(page: Page, action: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), act(page, action)]);
  return readFile(await file.path());
}

/** The colour of a picture's first pixel, and all those that it has. */
const coloursOf = (page: Page, png: Buffer) =>
  page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    const some = new Set<string>();
    for (let i = 0; i < pixels.length; i += 4) {
      some.add(`rgb(${pixels[i]}, ${pixels[i + 1]}, ${pixels[i + 2]})`);
    }
    return { corner: [...some][0], some: [...some] };
  }, png.toString("base64"));

const told = (page: Page) =>
  page.locator('[data-part="runs-list"] [data-run="told"]').allTextContents();

test("two runs, one of them resumed after a kill, are two in the list, are laid over each other, named and compared, and are there after a reload", async () => {
  const page = await open();
  const short = { ...quick, steps: 30, validateEvery: 10 };
  await choose(page, short);
  await act(page, "start");
  await reach(page, 5);
  await page.reload(); // without a pause: what was saved last is what there is
  await view(page, "idle");
  await openRuns(page);
  await poll(() => names(page)).toEqual(["tiny, 30 steps, B 1, T 32"]);
  await act(page, "resume");
  await view(page, "finished");
  const first = await download(page);
  const losses = first.filter(({ train_loss }) => train_loss);
  expect(losses).toHaveLength(30);
  await poll(() => told(page)).toEqual([
    expect.stringMatching(
      /^the run above · all 30 steps · validation loss [\d.]+ · tiny on Tiny Shakespeare · /,
    ),
  ]);

  await act(page, "reset", "yes");
  await view(page, "idle");
  expect(await part(page, "run").isVisible()).toBe(false);
  await page.check('input[name="tier"][value="TypeScript"]');
  await choose(page, { ...short, learningRate: 0.01 });
  await act(page, "start");
  await view(page, "finished");
  await poll(() => names(page)).toEqual(["tiny, rate 0.01", "tiny, 30 steps, B 1, T 32"]);

  // The first is laid over the second, which is shown anyway.
  const boxes = page.locator('[data-part="runs-list"] [data-run="show"]');
  expect([await boxes.first().isChecked(), await boxes.first().isDisabled()]).toEqual([true, true]);
  const chart = page.locator('[data-part="chart"] svg');
  const lines = chart.locator('[data-mark="line"] path');
  await poll(() => lines.count()).toBe(2);
  await boxes.nth(1).check();
  await poll(() => lines.count()).toBe(4);
  await poll(() => chart.textContent()).toContain("this run");
  const last = Number(losses[29].train_loss);
  expect(await chart.getAttribute("aria-description")).toContain(
    `tiny, 30 steps, B 1, T 32: training loss: ${Number(losses[0].train_loss).toFixed(2)} at step 1, ${last.toFixed(2)} at step 30.`,
  );
  await part(page, "window").selectOption("1");
  await part(page, "plot").focus();
  await page.keyboard.press("End");
  const validation = Number(first.find(({ step }) => step === "30")?.validation_loss);
  expect((await part(page, "readout").textContent())?.split("\n")[1]).toBe(
    `tiny, 30 steps, B 1, T 32: training ${last.toFixed(2)}, validation ${validation.toFixed(2)}.`,
  );

  const cells = (body: number) =>
    part(page, "runs-differences")
      .locator("tbody")
      .nth(body)
      .locator("tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  expect(await cells(0)).toEqual([["Learning rate", "0.01", "0.002"]]);
  expect((await cells(1))[1][2]).toBe(validation.toFixed(4));
  expect(await audit(page, "llm-trainer")).toEqual([]);

  // What is in the chart can be taken away, as numbers and as a picture.
  const lines30 = (await saved(page, "curves")).toString().trimEnd().split("\n").slice(1);
  expect(lines30.filter((line) => line.startsWith('"tiny, rate 0.01"'))).toHaveLength(31);
  expect(lines30).toContain(
    `"tiny, 30 steps, B 1, T 32",30,${losses[29].train_loss},${losses[29].validation_loss}`,
  );
  const png = await saved(page, "png");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const box = await chart.boundingBox();
  if (!box) throw new Error("the chart is not shown");
  expect(png.readUInt32BE(16)).toBe(Math.round(2 * box.width));
  expect(png.readUInt32BE(20)).toBeGreaterThan(2 * box.height + 2 * 22); // and a caption
  const colours = await coloursOf(page, png);
  expect(colours.corner).toBe("rgb(251, 250, 246)");
  expect(colours.some).toContain("rgb(115, 69, 140)"); // of the run that is laid over

  // Both are there after a reload, with the name that the reader gave; the chart can be had without a run.
  const name = page.locator('[data-part="runs-list"] [data-run="name"]').nth(1);
  await name.fill("slow");
  await page.keyboard.press("Enter");
  await act(page, "reset", "yes");
  await page.reload();
  await view(page, "idle");
  await openRuns(page);
  await poll(() => names(page)).toEqual(["tiny, rate 0.01", "slow"]);
  expect(await part(page, "run").isVisible()).toBe(false);
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await poll(() => lines.count()).toBe(4);
  await poll(() => chart.textContent()).toContain("slow");
  expect(await part(page, "samples").isVisible()).toBe(false);
  await page.click('[data-run="delete"] >> nth=1');
  await page.click('[data-part="dialog"] button[value="yes"]');
  await poll(() => names(page)).toEqual(["tiny, rate 0.01"]);
  await poll(() => lines.count()).toBe(2);
});

test("a run is done again with one change, which is marked; its settings go as a link, and a link that makes no sense gets a sentence", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await open();
  await choose(page, { ...quick, steps: 6, warmup: 2, seed: 7 });
  await act(page, "start");
  await view(page, "finished");
  await openRuns(page);
  await page.click('[data-run="again"]');
  await view(page, "idle");
  const again = part(page, "again");
  const name = "tiny, 6 steps, B 1, T 32";
  expect(await again.textContent()).toBe(
    `These are the settings of the run “${name}”. Change one of them, then start.`,
  );
  const rate = page.locator('input[name="learningRate"]');
  expect(await rate.evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await page.inputValue('input[name="seed"]')).toBe("7");
  await page.keyboard.type("0.004");
  await page.keyboard.press("Tab");
  expect(await again.textContent()).toBe(
    `The settings of the run “${name}”, but for one change. Learning rate: 0.004, was 0.002.`,
  );
  expect(await page.locator("[data-was]").getAttribute("data-was")).toBe("0.002");
  expect(await audit(page, "llm-trainer")).toEqual([]);
  await act(page, "link");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await act(page, "start", "yes");
  await view(page, "finished");
  await poll(() => names(page)).toEqual(["tiny, rate 0.004", name]);
  expect(await page.locator("[data-was]").count()).toBe(0);

  const other = await context.newPage();
  await other.goto(link);
  await view(other, "idle");
  const values = await Promise.all(
    ["learningRate", "seed", "steps", "T"].map((name) => other.inputValue(`input[name="${name}"]`)),
  );
  expect(values).toEqual(["0.004", "7", "6", "32"]);
  expect(await part(other, "again").textContent()).toContain("the settings of the link");
  await other.evaluate(() => {
    location.hash = "#run:preset=tiny&B=0";
  });
  await poll(() => part(other, "alert").textContent()).toBe(
    "The settings in the address of this page cannot be used. B, the number of sequences in a batch, is 0; choose a whole number from 1 to 256.",
  );
  expect(await other.inputValue('input[name="B"]')).toBe("1");
});

test("five learning rates are tried from one press, kept, laid over each other and told, the best can be used, and a kept checkpoint stays; a sweep can be cancelled", async () => {
  const page = await context.newPage();
  await openLesson(page);
  await choose(page, { ...quick, steps: 4, warmup: 1, seed: 3, learningRate: 0.002 });
  await act(page, "start");
  await view(page, "finished");
  await page.reload();
  await view(page, "idle");
  await choose(page, { ...quick, steps: 4, warmup: 1, seed: 3, learningRate: 0.002 });
  await page.fill('input[name="sweepSteps"]', "0");
  await act(page, "sweep");
  expect(await page.locator('[data-error="sweepSteps"]').textContent()).toBe(
    "The number of steps is 0; choose a whole number from 1 to 10000.",
  );
  await page.fill('input[name="sweepSteps"]', "8");
  expect(await part(page, "sweep-rates").textContent()).toBe(
    "Rates: 0.0005, 0.001, 0.002, 0.004, 0.008.",
  );
  await act(page, "sweep");
  const rows = part(page, "sweep-result").locator("tbody tr");
  await poll(() => rows.count(), 120_000).toBe(5);
  await view(page, "idle");
  expect(await part(page, "offer").isVisible()).toBe(true); // the checkpoint of the run before
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent)),
  );
  expect(cells.map(([rate]) => rate)).toEqual(["0.0005", "0.001", "0.002", "0.004", "0.008"]);
  const losses = cells.map(([, loss]) => Number.parseFloat(loss ?? ""));
  const best = losses.indexOf(Math.min(...losses));
  expect(cells[best][1]).toMatch(/, the least$/);
  const lines = page.locator('[data-part="chart"] svg [data-mark="line"] path');
  await poll(() => lines.count()).toBe(10);
  expect((await names(page)).slice(0, 2)).toEqual(["tiny, rate 0.008", "tiny, rate 0.004"]);
  expect((await told(page))[0]).toMatch(/^all 8 steps · validation loss /);
  const csv = await saved(page, "curves");
  expect(csv.toString()).toContain(`"tiny, rate 0.008",8,`);
  expect(await audit(page, "llm-trainer")).toEqual([]);
  await rows.nth(best).locator("button").click();
  expect(await page.inputValue('input[name="learningRate"]')).toBe(cells[best][0]);

  await openDrawer(page);
  await page.fill('input[name="sweepSteps"]', "5000");
  await act(page, "sweep");
  await poll(() => part(page, "doing").textContent()).toMatch(
    /^Learning rate [\d.]+, 1 of 5: step \d+ of 5,000, loss [\d.]+\.$/,
  );
  expect(Number(await part(page, "track").getAttribute("aria-valuenow"))).toBeLessThan(20);
  await act(page, "cancel");
  await view(page, "idle");
  expect(await page.locator('[data-part="runs-list"] li').count()).toBe(6);
});
