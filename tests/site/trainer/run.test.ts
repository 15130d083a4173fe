// A run of the trainer: begun, paused, stopped, left and taken up again.

import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { faults, newReader, useReader } from "../reader.ts";
import {
  act,
  bits,
  choose,
  download,
  focused,
  mean,
  number,
  open,
  pauseAt,
  pausedRun,
  quick,
  reach,
  step,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

/** A run of six steps as the form is, gone again: its losses, the memory it took, and the form to try something else in. */
async function shortRun() {
  const page = await open();
  await choose(page, { ...quick, steps: 6 });
  const memory = async () =>
    Number.parseFloat((await page.locator("[data-total]").textContent()) ?? "");
  const whole = await memory();
  await act(page, "start");
  await view(page, "finished");
  const expected = bits(await download(page));
  await act(page, "reset", "yes");
  await view(page, "idle");
  return { page, memory, whole, expected };
}

describe("a run", () => {
  test("of 30 steps on the site's text brings the loss down, and shows it", async () => {
    const page = await open();
    await choose(page, {
      B: 2,
      T: 64,
      steps: 30,
      warmup: 5,
      learningRate: 0.004,
      validateEvery: 10,
      validationBatches: 1,
      sampleEvery: 15,
      sampleLength: 8,
    });
    await act(page, "start");
    await view(page, "finished");

    const rows = await download(page);
    const losses = rows
      .filter(({ train_loss }) => train_loss)
      .map(({ train_loss }) => Number(train_loss));
    expect(losses).toHaveLength(30);
    expect(losses[0]).toBeGreaterThan(6.7); // ln 1024 = 6.93
    expect(losses[0]).toBeLessThan(7.2);
    expect(mean(losses.slice(-5))).toBeLessThan(losses[0] - 0.7);
    const validation = rows.filter(({ validation_loss }) => validation_loss);
    expect(validation.map(({ step }) => step)).toEqual(["0", "10", "20", "30"]);
    expect(Number(validation[3].validation_loss)).toBeLessThan(
      Number(validation[0].validation_loss) - 0.5,
    );

    expect(await number(page, "step")).toBe("30 of 30");
    expect(await number(page, "loss")).toBe(losses[29].toFixed(4));
    expect(Number((await number(page, "speed")).replaceAll(",", ""))).toBeGreaterThan(10);
    expect(await page.locator('[data-part="samples"] li').count()).toBe(2);
    expect(
      (await page.locator('[data-part="samples"] .writing').first().textContent())?.length,
    ).toBeGreaterThan(3);
    const chart = page.locator('[data-part="chart"] svg');
    await chart.waitFor();
    expect(await chart.getAttribute("aria-description")).toContain("at step 30");
    expect(await chart.textContent()).toContain("ln 1024 = 6.93");
  });

  test("that is paused, left and resumed, twice, has the losses of one that never was, to the last bit", async () => {
    const whole = await open();
    await choose(whole, quick);
    await act(whole, "start");
    await view(whole, "finished");
    const expected = bits(await download(whole));
    expect(expected).toHaveLength(60);
    await act(whole, "reset", "yes");
    await view(whole, "idle");

    const page = whole;
    await choose(page, quick);
    await act(page, "start");
    await pauseAt(page, 5);
    const paused = await step(page);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer-text"]').textContent()).toContain(
      `A run of tiny on Tiny Shakespeare stopped at step ${paused} of 60`,
    );
    await act(page, "resume");
    await reach(page, paused + 5);
    await page.reload(); // without a pause: what was saved last is what there is
    await view(page, "idle");
    await act(page, "resume");
    await view(page, "finished");
    expect(bits(await download(page))).toEqual(expected);
  });

  test("can be stopped and resumed, and is gone after a reset", async () => {
    const page = await open();
    await choose(page, quick);
    await act(page, "start");
    await reach(page, 3);
    await act(page, "stop");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(true);
    await act(page, "resume");
    await reach(page, 6);
    await act(page, "reset", "no");
    expect(await page.locator('[data-part="run"]').isVisible()).toBe(true);
    await act(page, "reset", "yes");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
    expect(await page.locator('[data-part="run"]').isVisible()).toBe(false);
    await page.reload();
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false);
  });

  test("whose step takes long can be stopped at once", async () => {
    const page = await open();
    await choose(page, { ...quick, B: 128, T: 64 });
    await act(page, "start");
    await view(page, "running");
    await act(page, "stop");
    await view(page, "stopping");
    expect(await page.locator('llm-trainer [data-part="status"]').textContent()).toBe(
      "Stopping after the running step. To give that step up, press Stop at once.",
    );
    expect(await page.locator('[data-action="stop"]').textContent()).toBe("Stop at once");
    await act(page, "stop");
    await view(page, "idle");
    expect(await page.locator('[data-part="offer"]').isVisible()).toBe(false); // it had saved nothing yet
  });

  test("can be started anew over an old one, if the reader says so", async () => {
    const page = await open();
    await pausedRun(page);
    await page.reload();
    await view(page, "idle");
    await act(page, "start", "no");
    expect(await page.locator("llm-trainer").getAttribute("data-view")).toBe("idle");
    await choose(page, { ...quick, steps: 6 });
    await act(page, "start", "yes");
    await view(page, "finished");
    expect(await number(page, "step")).toBe("6 of 6");
  });

  test("leaves the page responsive while a step is computed", async () => {
    const page = await open();
    await choose(page, { ...quick, B: 32, T: 64 });
    await act(page, "start");
    await reach(page, 1);
    const worst = await page.evaluate(async () => {
      let longest = 0;
      let last = performance.now();
      const end = last + 2500;
      while (last < end) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      return longest;
    });
    const took = await page.locator('[data-number="took"]').textContent();
    expect(took).toMatch(/ s$/); // a step takes over a second
    expect(worst).toBeLessThan(700);
  });

  test("draws samples on demand, from a prompt, while it is paused", async () => {
    const page = await open();
    await pausedRun(page);
    await page.fill('[name="prompt"]', "ROMEO:");
    await page.click('[data-action="sample"]');
    const first = page.locator('[data-part="samples"] li').first();
    await first.waitFor();
    expect(await first.locator(".soft").first().textContent()).toBe("ROMEO:");
    // Enter begins a new line of the prompt, and is part of it; with Ctrl it draws.
    await page.locator('[name="prompt"]').press("Enter");
    await page.locator('[name="prompt"]').pressSequentially("O");
    await page.locator('[name="prompt"]').press("Control+Enter");
    await expect.poll(() => first.locator(".soft").first().textContent()).toBe("ROMEO:\nO");
    await page.fill('input[name="temperature"]', "-1");
    await page.click('[data-action="sample"]');
    expect(await page.locator('[data-error="temperature"]').textContent()).toBe(
      "The temperature is -1; choose a number from 0 to 10.",
    );
    // Once it is mended the next press draws: nothing moves from under the pointer.
    await page.fill('input[name="temperature"]', "1");
    expect(await page.locator('[data-error="temperature"]').textContent()).toBe("");
    await page.fill('input[name="topP"]', "0.5");
    await page.click('[data-action="sample"]');
    await page.locator('[data-part="samples"] li').nth(1).waitFor();
  });

  test("in which LayerNorm and GELU are computed again takes less memory, and has the same losses", async () => {
    const { page, memory, whole, expected } = await shortRun();
    await page.check('input[name="recompute"]');
    // ln1, ln2 and fchgelu of 3 of the 4 layers, 32 tokens each; a tenth of a mebibyte may be rounded away.
    const saved = (3 * 32 * 6 * 128 * 4) / 2 ** 20;
    expect(Math.abs(whole - (await memory()) - saved)).toBeLessThan(0.11);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="title"]').textContent()).toContain(
      "LayerNorm and GELU computed again",
    );
    expect(bits(await download(page))).toEqual(expected);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume"); // a checkpoint remembers it
    await page.waitForFunction(() =>
      document.querySelector('[data-part="title"]')?.textContent?.includes("computed again"),
    );
  });

  test("whose activations wait in 16 bits takes less memory, begins with the same loss, and goes on so from its checkpoint", async () => {
    const { page, memory, whole, expected } = await shortRun();
    await page.selectOption('select[name="activations"]', "bfloat16");
    // ln1, qkv, atty, residual2, ln2, fch, fchgelu and residual3 of 3 of the 4 layers, 32 tokens each, 2 bytes less.
    expect(whole - (await memory())).toBeGreaterThan((3 * 32 * 16 * 128 * 2) / 2 ** 20 - 0.11);
    await act(page, "start");
    await view(page, "finished");
    const title = () => page.locator('[data-part="title"]').textContent();
    expect(await title()).toContain("activations in bfloat16");
    const rounded = bits(await download(page));
    expect(rounded[0]).toEqual(expected[0]);
    expect(rounded).not.toEqual(expected);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await expect.poll(title).toContain("activations in bfloat16");
  });

  test("whose matrices are read in 16 bits takes more memory, has another loss from the first on, and goes on so from its checkpoint", async () => {
    const { page, memory, whole, expected } = await shortRun();
    await page.selectOption('select[name="weightFormat"]', "bfloat16");
    // The matrices of 4 layers and the classifier's, 2 bytes a number.
    const copies = ((4 * 12 * 128 * 128 + 1024 * 128) * 2) / 2 ** 20;
    expect(Math.abs((await memory()) - whole - copies)).toBeLessThan(0.11);
    await act(page, "start");
    await view(page, "finished");
    const title = () => page.locator('[data-part="title"]').textContent();
    expect(await title()).toContain("matrices read in bfloat16");
    expect(bits(await download(page))[0]).not.toEqual(expected[0]);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await expect.poll(title).toContain("matrices read in bfloat16");
  });

  test("goes through a file to another browser", async () => {
    const page = await open();
    await pausedRun(page);
    const at = await step(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click('[data-action="export"]'),
    ]);
    expect(file.suggestedFilename()).toBe(`llm.ts-tiny-step-${at}.safetensors`);
    const path = await file.path();
    await act(page, "continue");
    await view(page, "finished");
    const expected = bits(await download(page));

    const elsewhere = await newReader();
    const other = await open(elsewhere.context);
    await other.setInputFiles('[data-part="checkpoint"]', {
      name: "run.safetensors",
      mimeType: "application/octet-stream",
      buffer: await readFile(path),
    });
    await view(other, "paused");
    expect(await step(other)).toBe(at);
    await act(other, "continue");
    await view(other, "finished");
    expect(bits(await download(other))).toEqual(expected);
    expect(elsewhere.faults).toEqual([]);
    await elsewhere.context.close();
  });

  test("can be worked by keyboard: the focus follows from Start to Pause to Continue", async () => {
    const page = await open();
    await choose(page, { ...quick, steps: 500 });
    await page.locator("llm-trainer").evaluate((trainer: HTMLElement) => {
      const views: string[] = [];
      new MutationObserver(() => views.push(trainer.dataset.view ?? "")).observe(trainer, {
        attributeFilter: ["data-view"],
      });
      Object.assign(window, { views });
    });
    await page.locator('[data-action="start"]').focus();
    await page.keyboard.press("Enter");
    await view(page, "running");
    // Never as paused, not for a moment: a reader, or who acts for one, would press Continue.
    const views = await page.evaluate(() => (window as unknown as { views: string[] }).views);
    expect(views.at(-1)).toBe("running");
    expect(views).not.toContain("paused");
    expect(await focused(page)).toBe("pause");
    await page.keyboard.press("Enter");
    await view(page, "paused");
    expect(await focused(page)).toBe("continue");
  });
});
