// The trainer of the lesson about training as a reader uses it: what the tests of this folder share.

import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { context, site } from "../reader.ts";

/** Steps of some 30 ms: long enough to interrupt the run, short enough for a test. */
export const quick = {
  B: 1,
  T: 32,
  steps: 60,
  warmup: 5,
  sampleEvery: 1000,
  sampleLength: 4,
  validateEvery: 20,
  validationBatches: 1,
};

export async function open(where: BrowserContext = context): Promise<Page> {
  const page = await where.newPage();
  await openLesson(page);
  await page.check('input[name="tier"][value="TypeScript"]');
  return page;
}

export async function openLesson(page: Page): Promise<void> {
  await page.goto(`${site.origin}/lessons/training/`);
  await view(page, "idle");
}

/** Waits for a view. The settings are in a drawer, which is opened where they can be chosen. */
export async function view(page: Page, wanted: string): Promise<void> {
  await scrollTo(page);
  await page.waitForSelector(`llm-trainer[data-view="${wanted}"]`, { timeout: 240_000 });
  if (wanted === "idle") await openDrawer(page);
}

export const openDrawer = (page: Page): Promise<void> =>
  page.locator('[data-part="drawer"]').evaluate((drawer: HTMLDetailsElement) => {
    drawer.open = true;
  });

/** The trainer is loaded at the first touch of the page, and looks for what there is when it comes into view. */
export async function scrollTo(page: Page): Promise<void> {
  await page.evaluate(() => document.querySelector("llm-trainer")?.scrollIntoView());
  await page.mouse.move(1, 1);
  await page.mouse.move(2, 2);
}

export async function choose(page: Page, values: Record<string, number | string>): Promise<void> {
  await page.locator('[data-part="choices"] details').evaluate((fold) => {
    (fold as HTMLDetailsElement).open = true;
  });
  for (const [name, value] of Object.entries(values)) {
    await page.fill(`input[name="${name}"]`, String(value));
  }
  await page.locator('input[name="seed"]').blur();
  await page.keyboard.press("Tab");
}

/** Presses a button, and answers the question that follows, if one is expected. */
export async function act(page: Page, action: string, answer?: "yes" | "no"): Promise<void> {
  await page.click(`button[data-action="${action}"]`);
  if (answer) await page.click(`[data-part="dialog"] button[value="${answer}"]`);
}

export async function number(page: Page, name: string): Promise<string> {
  return (await page.locator(`[data-number="${name}"]`).textContent()) ?? "";
}

export const step = async (page: Page): Promise<number> =>
  Number.parseInt(await number(page, "step"), 10);

export async function reach(page: Page, wanted: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      Number.parseInt(document.querySelector('[data-number="step"]')?.textContent ?? "0", 10) >=
      wanted,
    wanted,
    { timeout: 240_000 },
  );
}

/**
 * Presses Pause once the running run has reached a step, and waits until it is paused. The page itself presses: from here a
 * click takes a quarter of a second, in which a quick run is over.
 */
export async function pauseAt(page: Page, wanted: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const trainer = document.querySelector<HTMLElement>("llm-trainer");
    const number = document.querySelector('[data-number="step"]');
    const button = document.querySelector<HTMLButtonElement>('button[data-action="pause"]');
    if (!trainer || !number || !button) throw new Error("the trainer has no step or no button");
    await new Promise<void>((resolve) => {
      const look = () => {
        // Before that the number is none, or that of the run before.
        const runs = trainer.dataset.view === "running";
        if (!runs || !(Number.parseInt(number.textContent ?? "", 10) >= wanted)) return;
        observer.disconnect();
        button.click();
        resolve();
      };
      const observer = new MutationObserver(look);
      observer.observe(number, { characterData: true, childList: true, subtree: true });
      observer.observe(trainer, { attributeFilter: ["data-view"] });
      look();
    });
  }, wanted);
  await view(page, "paused");
}

export const alert = async (page: Page): Promise<string> =>
  (await page.locator('[data-part="alert"]').textContent()) ?? "";

export const told = (page: Page) =>
  page.waitForFunction(
    () => document.querySelector('[data-part="alert"]')?.textContent !== "",
    undefined,
    { timeout: 240_000 },
  );

export const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.action);

/** The numbers of the run, as the page gives them out. */
export async function download(page: Page): Promise<Record<string, string>[]> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click('[data-action="csv"]'),
  ]);
  const [head, ...lines] = (await readFile(await file.path(), "utf8")).trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((text, i) => [names[i], text])),
  );
}

/** The training losses as the 32 bits that they are. */
export function bits(rows: Record<string, string>[]): number[] {
  const losses = rows
    .filter(({ train_loss }) => train_loss)
    .map(({ train_loss }) => Number(train_loss));
  return Array.from(new Uint32Array(Float32Array.from(losses).buffer));
}

export const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

export async function pausedRun(page: Page): Promise<void> {
  await choose(page, quick);
  await act(page, "start");
  await pauseAt(page, 3);
}
