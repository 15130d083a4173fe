// Exercises as a workbench: what passing brings, the ladder of hints, numbers that one goes through, the writes behind one.

import { describe, expect, test } from "vitest";
import { exercises } from "../../src/exercises.ts";
import { cell, runText } from "./cell.ts";
import { audit, faults, find, open, page, simplify, useReader } from "./reader.ts";

const solutions = import.meta.glob<string>("/lessons/*/*/solution.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const solutionOf = (name: string) => {
  const path = Object.keys(solutions).find((one) => one.endsWith(`-${name}/solution.ts`));
  if (!path) throw new Error(`lessons/*-${name}/solution.ts is missing`);
  return solutions[path];
};

useReader();

const layernorm = "/lessons/layernorm/";
const key = "layernorm/backward";
const solution = solutionOf(key);
const section = () => find('[id="exercise-backward"]');
const part = (name: string) => section().locator(`[data-${name}]`);

describe("passing an exercise", () => {
  test("shows what was learned, the map lit, the next exercise and the reader's lines beside ours, and so after a reload", async () => {
    await open(layernorm);
    expect(await part("panel").isVisible()).toBe(false);
    expect(await part("yours").first().textContent()).toBe("0 of 8 functions are yours");
    const mine = solution.replaceAll("dnormNormMean", "both");
    expect(await runText(cell(key), mine)).toMatch(/^All/);
    const next = exercises[exercises.findIndex((one) => one.key === key) + 1];

    const look = async () => {
      expect(await part("panel").isVisible()).toBe(true);
      expect(await section().locator(".passed-learned").textContent()).toMatch(/^Learned\. Every/);
      const way = section().locator(".passed-ways a");
      expect(await way.getAttribute("href")).toBe(next.address);
      expect(await way.textContent()).toContain(next.title);
      expect(await part("train").textContent()).toContain("layernormBackward");
      expect(await part("yours").allTextContents()).toEqual([
        "1 of 8 functions is yours",
        "1 of 8 functions is yours",
      ]);
      // One of the lesson's two exercises, on the page's map and on the copy beside the answer.
      const lit = (of: string) =>
        find(`${of} [data-fill="layernorm"]`)
          .first()
          .evaluate((element) => getComputedStyle(element).getPropertyValue("--fill"));
      expect(await lit(".model")).toBe("0.5");
      expect(await lit("[data-lit] .model")).toBe("0.5");
    };
    await look();
    expect(await section().locator('.beside .differs[data-whose="yours"]').count()).toBe(2);
    expect(
      await section().locator('.beside .differs[data-whose="ours"]').first().textContent(),
    ).toContain("dnormNormMean");

    await page.reload();
    await look();
    await section().getByText("Your lines beside ours").click();
    expect(
      await section().locator('.beside .differs[data-whose="yours"]').first().textContent(),
    ).toContain("both");
    expect(await find('[id="exercise-mend"] [data-panel]').isVisible()).toBe(false);
    await simplify(page);
    expect(await audit(page, '[id="exercise-backward"]')).toEqual([]);
    expect(faults).toEqual([]);
  });

  test("can train with the function right there, and says what it came to", async () => {
    await open(layernorm);
    await runText(cell(key), solution.replaceAll("dnormNormMean", "both"));
    await part("train").click();
    const verdict = part("training").locator(".cell-status");
    await expect.poll(() => verdict.textContent(), { timeout: 480_000 }).not.toBe("");
    expect(await verdict.textContent()).toMatch(
      /^Your layernormBackward trains GPT-2: the loss went from 6\.\d\d to \d\.\d\d in 60 steps, and is that of ours to within/,
    );
    expect(await part("training").locator("svg path").count()).toBeGreaterThan(1);
    expect((await part("training").locator(".passed-words").textContent())?.length).toBeGreaterThan(
      20,
    );
    expect(faults).toEqual([]);
  });

  test("keeps the keyboard's focus on the button that was pressed", async () => {
    await open(layernorm);
    const button = cell(key).locator("[data-run]");
    await button.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => button.isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await button.evaluate((element) => document.activeElement === element)).toBe(true);
  });
});
