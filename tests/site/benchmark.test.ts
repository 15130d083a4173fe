// The benchmark page of the built site, on SwiftShader: that it measures something, can be stopped, and says what to do
// where there is no GPU.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faults, open, page, useReader } from "./reader.ts";

useReader({ viewport: { width: 390, height: 900 } });

const rows = (page: Page): Promise<string[][]> =>
  page.$$eval('[data-part="rows"] tr', (lines) =>
    lines.map((line) => [...line.children].map((cell) => cell.textContent ?? "")),
  );

/** The number that a cell begins with, in its unit's thousands. */
function numberIn(cell: string): number {
  expect(cell).toMatch(/^\d+(\.\d+)? \S+$/);
  return Number.parseFloat(cell);
}

test("nothing is measured before a click; then times, speeds and shares are finite and positive, and are copied as text", async () => {
  await page.addInitScript(() => {
    const clipboard = {
      writeText: async (text: string) => Object.assign(window, { copied: text }),
    };
    Object.defineProperty(navigator, "clipboard", { value: clipboard });
  });
  await open("/benchmark/");
  const stop = page.getByText("Stop", { exact: true });
  expect(await stop.isVisible()).toBe(false);
  expect(page.workers()).toHaveLength(0);
  await page.getByLabel("Size").selectOption("256");
  // Stopped by the page itself as soon as there are three rows: from here, on a busy machine, it could come after the last.
  await stop.evaluate((button: HTMLElement) => {
    const third = () => document.querySelector('[data-part="rows"] tr:nth-child(3)');
    new MutationObserver((_, observer) => {
      if (!third()) return;
      observer.disconnect();
      button.click();
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Measure this GPU" }).click();
  await page.waitForSelector('[data-part="rows"] tr:nth-child(3)', { timeout: 200_000 });
  await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);

  const facts = await page.textContent('[data-part="facts"]');
  expect(facts).toMatch(/swiftshader/i);
  expect(facts).toContain("pretending to be a GPU");
  expect(facts).toMatch(/Arithmetic at most\d+(\.\d+)? [MGT]FLOP\/s/);
  expect(facts).toMatch(/Memory at most\d+(\.\d+)? [MGT]B\/s/);
  const measured = await rows(page);
  expect(measured.length).toBeGreaterThanOrEqual(3);
  expect(measured[0].slice(0, 2)).toEqual(["matmul, forward", "256×768×768"]);
  for (const [, , time, arithmetic, memory, limit, share] of measured) {
    for (const cell of [time, arithmetic, memory, share]) expect(numberIn(cell)).toBeGreaterThan(0);
    expect(["arithmetic", "memory"]).toContain(limit);
  }
  expect(measured[0][5]).toBe("arithmetic"); // a matmul does hundreds of operations for each byte

  await page.getByRole("button", { name: "Copy as text" }).click();
  const text = await page.evaluate(() => (window as unknown as { copied: string }).copied);
  expect(text).toMatch(/^llm\.ts benchmark: .*swiftshader/i);
  expect(text).toMatch(/^peak: .*FLOP\/s multiply-add, .*B\/s copy$/m);
  expect(text).toMatch(/^matmul, forward +256×768×768 .* arithmetic /m);
  expect(faults).toEqual([]);
});

test("a browser without WebGPU is told what to do, and offered nothing that cannot work", async () => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "gpu");
  });
  await open("/benchmark/");
  const alert = page.getByRole("alert");
  expect(await alert.textContent()).toMatch(/has no WebGPU.*open this page in one of them/);
  expect(await page.getByRole("button", { name: "Measure this GPU" }).isDisabled()).toBe(true);
  expect(faults).toEqual([]);
});

test("a browser that gives no adapter says so, and what to do", async () => {
  await open("/benchmark/");
  await page.route("**/benchmark-*.js", async (route) => {
    const response = await route.fetch();
    const body = `navigator.gpu.requestAdapter = async () => null;\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await page.getByRole("button", { name: "Measure this GPU" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(
    /found no graphics processor .+\. Turn on hardware acceleration/,
  );
});
