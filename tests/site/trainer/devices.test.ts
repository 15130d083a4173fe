// The trainer on a GPU: a run, and one whose GPU is lost: destroyed, refused, at any call.

import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { random } from "../../random.ts";
import { faults, useReader } from "../reader.ts";
import { askWorker, fragile, goOn, inject, onGpu, onGpuPlainly, settled, small } from "./gpu.ts";
import {
  act,
  alert,
  bits,
  choose,
  download,
  mean,
  number,
  open,
  pauseAt,
  reach,
  step,
  view,
} from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

test("a run on the GPU finds the fastest forms of its kernels, keeps them, and brings the loss down", async () => {
  const page = await open();
  await onGpu(page);
  expect(await page.locator(".device [data-note]").textContent()).toBe(
    "WebGPU is used because the browser offers it. Here it is software: the processor pretending to be a graphics processor. All results are right, but it is far slower than a real one.",
  );
  await choose(page, { ...small, T: 32 });
  await act(page, "start");
  await view(page, "finished");
  const rows = await download(page);
  const losses = rows.flatMap((row) => (row.train_loss ? [Number(row.train_loss)] : []));
  expect(losses).toHaveLength(30);
  expect(losses[0]).toBeGreaterThan(6.7);
  expect(losses[0]).toBeLessThan(7.2);
  expect(mean(losses.slice(-5))).toBeLessThan(losses[0] - 0.5);
  expect(await page.locator('[data-part="computed-by"]').textContent()).toMatch(
    /^Computed by WebGPU on .+: matmul in the form \w+, .+; attention in the form \w+/,
  );
  expect(await page.evaluate(() => localStorage.getItem("llm.ts kernels"))).toContain("matmul");
  const memory = /^([\d.]+) MiB, planned ([\d.]+) MiB$/.exec(await number(page, "memory"));
  expect(Number(memory?.[1])).toBeGreaterThanOrEqual(Number(memory?.[2]));
  expect(Number(memory?.[1])).toBeLessThan(1.05 * Number(memory?.[2]));
});

describe("a lost GPU", () => {
  let bitsOfWhole: number[] = []; // of a run that was never disturbed, by the first test that makes one

  async function runUndisturbed(page: Page): Promise<void> {
    await choose(page, small);
    await act(page, "start");
    await view(page, "finished");
    expect(await page.locator('[data-part="computed-by"]').textContent()).toContain(
      "matmul in the form naive",
    );
    bitsOfWhole = bits(await download(page));
    expect(bitsOfWhole).toHaveLength(small.steps);
    await act(page, "reset", "yes");
    await view(page, "idle");
  }

  test("destroyed devices, pauses and reloads change none of a run's bits", async () => {
    await inject(fragile);
    const page = await open();
    await onGpuPlainly(page);
    await runUndisturbed(page);

    await act(page, "start");
    await view(page, "running"); // until then the numbers are those of the run before
    await reach(page, 4);
    await askWorker(page, "destroy"); // before there is a checkpoint
    await page.waitForFunction(
      () => document.querySelector('[data-part="alert"]')?.textContent?.includes("lost at step"),
      undefined,
      { timeout: 240_000 },
    );
    expect(await alert(page)).toMatch(
      /^The graphics processor was lost at step \d+ \(.+\)\. Training goes on from the (beginning|checkpoint of step \d+)\.$/,
    );
    await pauseAt(page, 6);
    const paused = await step(page);
    await page.reload();
    await view(page, "idle");
    await act(page, "resume");
    await reach(page, paused + 2);
    await askWorker(page, "destroy");
    await page.waitForFunction(
      () => document.querySelector('[data-part="alert"]')?.textContent?.includes("lost at step"),
      undefined,
      { timeout: 240_000 },
    );
    // That of the pause, or one that was due since.
    const from = /goes on from the checkpoint of step (\d+)\.$/.exec(await alert(page))?.[1];
    expect(Number(from)).toBeGreaterThanOrEqual(paused);
    await view(page, "finished");
    expect(bits(await download(page))).toEqual(bitsOfWhole);
  }, 600_000); // five devices are opened, and each compiles all shaders

  test("a device that is lost and cannot be had again ends the run with a sentence, and WebAssembly takes it up", async () => {
    await inject(fragile);
    const page = await open();
    await onGpuPlainly(page);
    await choose(page, { ...small, steps: 200 });
    await act(page, "start");
    await pauseAt(page, 3);
    await askWorker(page, "refuse");
    await act(page, "continue");
    await askWorker(page, "destroy");
    await view(page, "idle");
    expect(await alert(page)).toMatch(
      /^Training stopped: The graphics processor was lost at step \d+ \(.+\), and none could be had to go on with: .*no more devices.* The last checkpoint is kept\. Resume it, or choose WebAssembly\.$/,
    );
    await page.check('input[name="tier"][value="WebAssembly"]');
    await act(page, "resume");
    await view(page, "running");
    expect(await alert(page)).toMatch(
      /^Until here WebGPU on .+; from here on it is WebAssembly with relaxed SIMD\./,
    );
  });

  // More of this is in tests/training/session.test.ts, on a device that is played.
  test("devices lost at random calls change none of a run's bits", async () => {
    await inject(fragile);
    const page = await open();
    await onGpuPlainly(page);
    if (bitsOfWhole.length === 0) await runUndisturbed(page);
    await choose(page, small);
    // Two devices while the model is put on them, two while it is trained: that begins before the 400th call.
    const destroyAfter = Array.from(random(4, 1, 75, 75), (calls, i) =>
      Math.ceil(i < 2 ? calls : 400 + calls),
    );
    await askWorker(page, { destroyAfter });
    const said = await page.evaluateHandle(() => {
      const [place, step] = ['[data-part="alert"]', '[data-number="step"]'].map((part) =>
        document.querySelector(part),
      );
      const said: string[] = [];
      new MutationObserver(() => place?.textContent && said.push(place.textContent)).observe(
        place as Node,
        { childList: true },
      );
      let paused = false; // once, in the middle of the run, which saves
      new MutationObserver(() => {
        if (paused || Number.parseInt(step?.textContent ?? "0", 10) < 10) return;
        paused = true;
        document.querySelector<HTMLElement>('[data-action="pause"]')?.click();
      }).observe(step as Node, { childList: true });
      return said;
    });
    await act(page, "start");
    while ((await settled(page)) !== "finished") await goOn(page);
    const sentences = await said.jsonValue();
    expect(sentences).toHaveLength(destroyAfter.length);
    for (const sentence of sentences) {
      expect(sentence).toMatch(
        /^The graphics processor (was lost at step .+Training goes on from|did not take the model: .+ or try again\.$)|^This graphics processor cannot be used .+ or try again\.$|^Training stopped: /,
      );
    }
    expect(bits(await download(page))).toEqual(bitsOfWhole);
  }, 600_000);
});
