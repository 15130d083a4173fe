// The trainer on WebAssembly: vectors and threads.

import { afterEach, expect, test } from "vitest";
import { context, faults, site, useReader } from "../reader.ts";
import { act, bits, choose, download, openLesson, pauseAt, quick, step, view } from "./trainer.ts";

useReader();

afterEach(() => expect(faults).toEqual([]));

const small = { ...quick, steps: 30, validateEvery: 10, learningRate: 0.004 };
const note = ".device [data-note]";

test("is chosen where the graphics processor is software; its losses are TypeScript's within 2e-3, and a run that was left goes on with its bits", async () => {
  const page = await context.newPage();
  await openLesson(page);
  expect(await page.locator('input[name="tier"]:checked').getAttribute("value")).toBe(
    "WebAssembly",
  );
  const threads = await page.evaluate(() => navigator.hardwareConcurrency);
  expect(await page.locator(note).textContent()).toContain(
    `WebAssembly runs on ${threads === 1 ? "one thread" : `${threads} threads`} of the processor, as many as the browser says that it has.`,
  );
  await choose(page, small);
  await act(page, "start");
  await view(page, "finished");
  const rows = await download(page);
  const whole = bits(rows);
  expect(whole).toHaveLength(30);
  await act(page, "reset", "yes");
  await view(page, "idle");

  await act(page, "start");
  await view(page, "running");
  await pauseAt(page, 4);
  const paused = await step(page);
  expect(paused).toBeLessThan(30);
  await page.reload();
  await view(page, "idle");
  await act(page, "resume");
  await view(page, "finished");
  expect(await page.locator('[data-part="computed-by"]').textContent()).toMatch(
    /^Computed by WebAssembly, on (one thread|\d+ threads) of the processor, with relaxed SIMD\.$/,
  );
  expect(bits(await download(page))).toEqual(whole);
  await act(page, "reset", "yes");
  await view(page, "idle");

  await page.check('input[name="tier"][value="TypeScript"]');
  await act(page, "start");
  await view(page, "finished");
  const others = await download(page);
  expect(bits(others)).not.toEqual(whole);
  for (const [i, { train_loss }] of others.entries()) {
    if (train_loss)
      expect(Math.abs(Number(train_loss) - Number(rows[i].train_loss))).toBeLessThan(2e-3);
  }
});

test("runs on one thread where memory cannot be shared, and says why", async () => {
  await context.route(`${site.origin}/lessons/training/`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers["cross-origin-opener-policy"];
    delete headers["cross-origin-embedder-policy"];
    await route.fulfill({ response, headers });
  });
  const page = await context.newPage();
  await openLesson(page);
  expect(await page.locator(note).textContent()).toContain(
    "WebAssembly runs on one thread of the processor, since this page was served without the headers that let threads share memory.",
  );
  await choose(page, { ...small, steps: 6 });
  await act(page, "start");
  await view(page, "finished");
  expect(await page.locator('[data-part="computed-by"]').textContent()).toBe(
    "Computed by WebAssembly, on one thread of the processor, with relaxed SIMD.",
  );
});

test("takes the other module where the engine has no relaxed SIMD, and TypeScript where neither can be had", async () => {
  await context.route(/kernels\.relaxed\.wasm$/, (route) =>
    route.fulfill({ contentType: "application/wasm", body: Buffer.from("not a module") }),
  );
  const page = await context.newPage();
  await openLesson(page);
  await choose(page, { ...small, steps: 6 });
  await act(page, "start");
  await view(page, "finished");
  expect(await page.locator('[data-part="computed-by"]').textContent()).toMatch(
    /^Computed by WebAssembly, on .+, with plain SIMD\.$/,
  );
  await act(page, "reset", "yes");
  await view(page, "idle");

  await context.route(/kernels\.wasm$/, (route) => route.fulfill({ status: 404, body: "" }));
  await act(page, "start");
  await page.waitForFunction(() => document.querySelector('[data-part="alert"]')?.textContent);
  expect(await page.locator('[data-part="alert"]').textContent()).toBe(
    "WebAssembly cannot be used (/wasm/kernels.wasm: 404 Not Found). Choose TypeScript, or try again.",
  );
  faults.length = 0; // the browser's word of it
  await page.check('input[name="tier"][value="TypeScript"]');
  await act(page, "start");
  await view(page, "finished");
});
