// "Your own GPT-2" in the lesson about training, with the solutions of the exercises as the reader's texts.

import { expect, test } from "vitest";
import { keyOf, ownFunctions } from "../../src/own/functions.ts";
import { find, open, page, useReader } from "./reader.ts";

const solutions = import.meta.glob<string>("/lessons/*/*/solution.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});
const solutionOf = (key: string) => {
  const [lesson, exercise] = key.split("/");
  const path = Object.keys(solutions).find((one) =>
    new RegExp(`/\\d\\d-${lesson}/${exercise}/solution\\.ts$`).test(one),
  );
  if (!path) throw new Error(`no solution of ${key}`);
  return solutions[path];
};

useReader();

/** Opens the lesson as a reader who has passed these exercises with these texts. */
async function openWith(texts: Record<string, string>): Promise<void> {
  await open("/progress/");
  await page.evaluate((kept) => {
    const on = "2026-01-02T03:04:05.000Z";
    const passed = Object.keys(kept).map((key) => [key, on]);
    localStorage.setItem("llm.ts/passed", JSON.stringify(Object.fromEntries(passed)));
    for (const [key, text] of Object.entries(kept)) {
      localStorage.setItem(`llm.ts/cell/${key}`, JSON.stringify({ text, of: "0", on }));
    }
  }, texts);
  await open("/lessons/training/");
}

const part = (name: string) => find(`llm-own [data-own="${name}"]`);
const poll = <Value>(look: () => Value) => expect.poll(look, { timeout: 480_000 });

test("a reader who has passed nothing is told so, and cannot start", async () => {
  await openWith({});
  expect(await part("status").textContent()).toContain(
    "You have not passed one of these exercises",
  );
  expect(await part("start").isDisabled()).toBe(true);
  expect(await find("llm-own input:enabled").count()).toBe(0);
});

test("with all functions the losses agree, and the model is the reader's", async () => {
  await openWith(
    Object.fromEntries(ownFunctions.map((one) => [keyOf(one), solutionOf(keyOf(one))])),
  );
  expect(await find("llm-own input:checked").count()).toBe(ownFunctions.length);
  await part("steps").selectOption("20");
  await part("start").click();
  await poll(() => part("verdict").textContent()).not.toBe("");
  expect(await part("verdict").textContent()).toMatch(
    /^The losses agree: over all 20 steps they differ by \S+ at most\. Every gradient of this run/,
  );
  expect(await part("chart").locator("svg path").count()).toBeGreaterThan(1);
  expect((await part("sample-yours").textContent())?.length).toBeGreaterThan(20);
  expect(await part("sample-yours").textContent()).toBe(await part("sample-ours").textContent());
});

test("a text that has changed since it passed is found before it trains", async () => {
  const key = "layernorm/backward";
  const text = solutionOf(key).replace(
    "const dnorm = dout[row + i] * weight[i];",
    "const dnorm = dout[row + i];",
  );
  await openWith({ [key]: text, "gelu/backward": solutionOf("gelu/backward") });
  await part("start").click();
  await poll(() => part("verdict").textContent()).toBe(
    "layernormBackward: what you wrote has changed since it passed. Mend it in its lesson, or leave it out here.",
  );
  expect(await find('[data-says="layernormBackward"]').textContent()).toContain("dinp");
  expect(await find('[data-says="geluBackward"]').textContent()).toBe("yours, agrees with PyTorch");
});

test("a run is stopped when the reader asks", async () => {
  await openWith({ "gelu/backward": solutionOf("gelu/backward") });
  await part("steps").selectOption("150");
  await part("start").click();
  await poll(() => part("status").textContent()).toMatch(/^Training: yours [1-9]/);
  await part("stop").click();
  await poll(() => part("status").textContent()).toBe("Stopped.");
  expect(await part("start").isEnabled()).toBe(true);
});
