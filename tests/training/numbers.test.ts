// What the page says of a run, and of what is chosen.

import { expect, test } from "vitest";
import { ordinal, superscript } from "../../src/page/numbers.ts";
import { forecast, numbersOf } from "../../src/trainer/numbers.ts";
import { summaryOf } from "../../src/trainer/summary.ts";
import { countsSentence, epochsSentence } from "../../src/trainer/tokencounts.ts";
import type { History } from "../../src/training/history.ts";
import { planRun } from "../../src/training/plan.ts";
import { defaults } from "../../src/training/settings.ts";

const history = (steps: number, seconds: (step: number) => number): History => ({
  losses: Array.from({ length: steps }, (_, i) => ({
    ...{ step: i + 1, loss: 5 - i / 10, norm: 1.5, seconds: seconds(i + 1) },
  })),
  validations: [{ step: 0, loss: 6.9715 }],
});

test("the speed is the median's of the last ten steps, and the time left follows from it", () => {
  const settings = { ...defaults.tiny, steps: 1012 };
  // Step 7 is slow; the first two are too old to count.
  const told = numbersOf(
    history(12, (step) => ({ 1: 90, 7: 50 })[step] ?? 0.5),
    settings,
    256,
  );
  expect(told).toEqual({
    step: "12 of 1,012",
    loss: "3.9000",
    validation: "6.9715",
    norm: "1.500",
    speed: "512",
    took: "500 ms",
    left: "8 min 20 s",
  });
});

test("no time is left of a run that is over, and under a second is not counted in milliseconds", () => {
  const left = (steps: number) =>
    numbersOf(
      history(12, () => 0.1),
      { ...defaults.tiny, steps },
      256,
    ).left;
  expect([left(12), left(13), left(32)]).toEqual(["none", "under 1 s", "2.0 s"]);
});

test("before the first step nothing is claimed", () => {
  const told = numbersOf({ losses: [], validations: [] }, defaults.tiny, 256);
  expect(told.step).toBe("0 of 8,000");
  expect([told.loss, told.speed, told.left, told.took]).toEqual(["…", "…", "…", "…"]);
});

test("how long a run will take is told after its first step, and once more when there is more to go by", () => {
  const told = (steps: number) => forecast([4, ...Array(steps - 1).fill(0.5)], 1000);
  expect(told(1)).toBe("One step took 4.0 s, so all 1,000 will take about 1 h 6 min.");
  expect(told(20)).toBe("20 steps took 14 s, so all 1,000 will take about 11 min 15 s.");
  expect([told(2), told(19), told(21), told(30), forecast([], 1000)].join("")).toBe("");
});

test("what is chosen is summed up in one line", () => {
  const plan = planRun({ ...defaults.tiny, accumulation: 2 }, "WebAssembly");
  expect(summaryOf(plan, "Tiny Shakespeare", plan.tier)).toBe(
    "tiny, 0.9 million parameters · Tiny Shakespeare · WebAssembly · 8,000 steps of 2\u00a0×\u00a04\u00a0×\u00a064 tokens · rate 0.002",
  );
  expect(summaryOf(plan)).toBe(
    "tiny, 0.9 million parameters · 8,000 steps of 2\u00a0×\u00a04\u00a0×\u00a064 tokens · rate 0.002",
  );
});

test("tokens are counted in the model's vocabulary, and how often they are read is said", () => {
  const counts = { train: 474_289, validation: 49_617 };
  expect(countsSentence("Plays", counts, 1024)).toBe(
    "Plays: 474,289 tokens to train on, 49,617 for validation, in a vocabulary of 1,024",
  );
  expect(epochsSentence(defaults.tiny, counts)).toBe(
    "8,000 steps of 256 tokens read the text 4.3 times.",
  );
  expect(epochsSentence({ ...defaults.tiny, accumulation: 4 }, { ...counts, train: 1024 })).toBe(
    "8,000 steps of 1,024 tokens read the text 8,000 times.",
  );
  expect(epochsSentence({ ...defaults.tiny, steps: 4 }, { ...counts, train: 1024 })).toBe(
    "4 steps of 256 tokens read the text once.",
  );
});

test("ordinals end as they are said, and exponents are raised with their sign", () => {
  const values = [1, 2, 3, 4, 11, 12, 13, 21, 22, 111, 1002, 50_000];
  expect(values.map(ordinal).join(" ")).toBe(
    "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 111th 1,002nd 50,000th",
  );
  expect([0, 9, 40, -24, -1356, 78].map(superscript)).toEqual([
    "⁰",
    "⁹",
    "⁴⁰",
    "⁻²⁴",
    "⁻¹³⁵⁶",
    "⁷⁸",
  ]);
});
