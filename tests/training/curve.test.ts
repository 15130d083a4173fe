// The loss curve as numbers, worked out by hand.

import { expect, test } from "vitest";
import { spread } from "../../src/figures/spread.ts";
import { pointsOf, readOff, smooth } from "../../src/trainer/panels/curve.ts";
import type { History } from "../../src/training/history.ts";

const history = (...losses: number[]): History => ({
  losses: losses.map((loss, i) => ({ step: i + 1, loss, norm: 1, seconds: 1 })),
  validations: [
    { step: 0, loss: 8 },
    { step: 3, loss: 5.5 },
  ],
});

test("a smoothed value is the mean of the last ones, and at first of those that there are", () => {
  expect(smooth([6, 4, 2, 4, 9], 1)).toEqual([6, 4, 2, 4, 9]);
  expect(smooth([6, 4, 2, 4, 9], 3)).toEqual([6, 5, 4, 10 / 3, 5]);
  expect(smooth([6, 4], 300)).toEqual([6, 5]);
  expect(smooth([], 3)).toEqual([]);
});

test("many steps are drawn as fewer points: means, and the smoothed loss at the end of each group", () => {
  const { losses } = history(6, 4, 2, 4, 9);
  expect(pointsOf(losses, 3, 5).map(({ smooth }) => smooth)).toEqual([6, 5, 4, 10 / 3, 5]);
  expect(pointsOf(losses, 3, 3)).toEqual([
    { step: 1.5, loss: 5, smooth: 5 },
    { step: 3.5, loss: 3, smooth: 10 / 3 },
    { step: 5, loss: 9, smooth: 5 },
  ]);
});

test("a step is read off with the validation before it", () => {
  const told = history(6, 4, 2, 4, 9);
  expect(readOff(told, 3, 2)).toBe(
    "Step 3: training loss 2.0000, mean of the last 2 steps 3.0000, validation loss 5.5000.",
  );
  expect(readOff(told, 5, 1)).toBe(
    "Step 5: training loss 9.0000, validation loss 5.5000 (step 3).",
  );
  expect(readOff(told, 1, 30)).toBe(
    "Step 1: training loss 6.0000, validation loss 8.0000 (step 0).",
  );
});

test("labels keep their distance, from the highest down", () => {
  expect(spread([5.9, 3.9, 3.4], 0.3)).toEqual([5.9, 3.9, 3.4]);
  expect(spread([3.9, 5.9, 4], 0.5)).toEqual([3.5, 5.9, 4]);
  expect(spread([4, 4, 4], 0.5)).toEqual([4, 3.5, 3]);
});
