// The lessons about the GPU and about the processor's vectors in the built site: rungs are timed and drawn, on SwiftShader and in
// WebAssembly; the small program of the first runs, and it says what is missing where there is no GPU.

import { describe, expect, test } from "vitest";
import { faults, find, open, page, useReader } from "./reader.ts";

useReader({ viewport: { width: 390, height: 900 } });

test("the small program of the lesson runs at a click", async () => {
  await open("/lessons/onto-the-gpu/");
  await page.getByRole("button", { name: "Run it on your GPU" }).click();
  await page.getByText("Of 100 numbers 100 are right.").waitFor();
  expect(faults).toEqual([]);
});

test("every rung of LayerNorm is timed at a click, gets a bar, and appears below the roof", async () => {
  await open("/lessons/onto-the-gpu/");
  expect(page.workers()).toHaveLength(0);
  await page.getByText("Nothing is drawn yet").waitFor();
  const rungs = find('llm-rungs[data-ladder="layernorm"]');
  await rungs.locator("select").selectOption("64");
  await rungs.getByRole("button", { name: "Time every rung of LayerNorm" }).click();
  await rungs.getByText("Finished.").waitFor({ timeout: 200_000 });

  const bars = await rungs.locator("li").allInnerTexts();
  expect(bars.map((text) => text.split("\n")[0]).slice(0, 3)).toEqual(["naive", "rows", "fours"]);
  for (const text of bars) {
    expect(text).toMatch(/\d [MG]B\/s|\d [MG]FLOP\/s/);
    expect(text).toMatch(/Right: off by \de-\d at most|Right: off by \d\.\de-\d at most/);
  }
  expect(await rungs.textContent()).toMatch(/swiftshader/i);
  const roof = find("llm-roofline svg");
  await roof.last().scrollIntoViewIfNeeded();
  expect(await find("llm-roofline").textContent()).toContain("fours");
  expect(await rungs.getByRole("button", { name: "Stop" }).isVisible()).toBe(false);
  expect(faults).toEqual([]);
});

test("a measurement can be stopped, and begun again", async () => {
  await open("/lessons/onto-the-gpu/");
  const rungs = find('llm-rungs[data-ladder="matmul"]');
  await rungs.getByRole("button", { name: "Time every rung of matmul" }).click();
  await rungs.getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
  await rungs.getByText("Stopped.").waitFor();
  expect(await rungs.getByRole("button", { name: "Time every rung" }).isEnabled()).toBe(true);
  expect(faults).toEqual([]);
});

test("without a GPU the lesson can be read, and says what is missing", async () => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "gpu", { value: undefined });
  });
  await open("/lessons/onto-the-gpu/");
  for (const rungs of await find("llm-rungs").all()) {
    expect(await rungs.getByRole("alert").textContent()).toContain("no WebGPU");
    expect(await rungs.getByRole("button").first().isDisabled()).toBe(true);
  }
  await page.getByRole("button", { name: "Run it on your GPU" }).click();
  await page.getByText("It did not run: this browser has no GPU to give.").waitFor();
  expect(faults).toEqual([]);
});

describe("the lesson about the processor's vectors", () => {
  const ladder = (name: string) => page.locator(`llm-rungs[data-ladder="${name}"]`);

  test("every rung of matmul and of the residual is timed at a click, gets a bar, and appears below the roof", async () => {
    await open("/lessons/onto-the-vectors/");
    expect(page.workers()).toHaveLength(0);
    await page.getByText("this processor’s roof appears here").waitFor();
    for (const [name, rungs] of [
      ["matmul", "typescript plain lanes fused tile packed"],
      ["residual", "typescript plain lanes"],
    ]) {
      await ladder(name).locator("select").selectOption("64");
      await ladder(name)
        .getByRole("button", { name: `Time every rung of ${name}` })
        .click();
      await ladder(name).getByText("Finished.").waitFor({ timeout: 200_000 });
      const bars = await ladder(name).locator("li").allInnerTexts();
      const names = bars.map((text) => text.split("\n")[0]);
      expect(names.filter((one) => one !== "threads")).toEqual(rungs.split(" "));
      for (const text of bars) {
        expect(text).toMatch(/\d [MG]FLOP\/s/);
        expect(text).toMatch(/Right: (to the last bit|off by \d(\.\d)?e-[5-9] at most)\./);
      }
      expect(await ladder(name).textContent()).toContain("relaxed SIMD");
    }
    await expect.poll(() => page.locator("llm-roofline").textContent()).toContain("packed");
    await expect.poll(() => page.workers().length).toBe(0);
    expect(faults).toEqual([]);
  });

  test("what is measured of the processor is measured once for the page", async () => {
    await open("/lessons/onto-the-vectors/");
    const peaks: (string | null)[] = [];
    for (const name of ["residual", "matmul"]) {
      await ladder(name).locator("select").selectOption("64");
      await ladder(name).getByRole("button", { name: "Time every rung" }).click();
      await ladder(name).getByText("Finished.").waitFor({ timeout: 200_000 });
      peaks.push(
        await ladder(name).locator("dt", { hasText: "one thread" }).locator("+ dd").textContent(),
      );
    }
    expect(peaks[0]).toMatch(/FLOP\/s, .*B\/s/);
    expect(peaks[1]).toBe(peaks[0]);
  });

  test("without the module the page says what is wrong", async () => {
    await page.route("**/wasm/rungs*.wasm", (route) => route.abort());
    await open("/lessons/onto-the-vectors/");
    await ladder("residual").getByRole("button", { name: "Time every rung" }).click();
    await ladder("residual")
      .getByRole("alert")
      .filter({ hasText: "The measurement ended" })
      .waitFor();
    expect(
      await ladder("residual").getByRole("button", { name: "Time every rung" }).isEnabled(),
    ).toBe(true);
  });
});
