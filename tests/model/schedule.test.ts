import { learningRate, type Schedule } from "@llm.ts/kernels/model/schedule.ts";
import { expect, test } from "vitest";

const cosine = { kind: "cosine", lr: 1, warmupSteps: 4, totalSteps: 12, floor: 0.2 } as const;

test("a constant rate is the same at every step", () => {
  expect([1, 2, 1000].map((step) => learningRate({ kind: "constant", lr: 3e-4 }, step))).toEqual([
    3e-4, 3e-4, 3e-4,
  ]);
});

test("it rises in equal parts, then falls along half a cosine to the floor, and stays there", () => {
  const rate = (step: number) => learningRate(cosine, step);
  expect([1, 2, 3, 4].map(rate)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(rate(6)).toBeCloseTo(0.2 + 0.8 * ((1 + Math.SQRT1_2) / 2), 12);
  expect(rate(8)).toBeCloseTo(0.6, 12);
  expect(rate(10)).toBeCloseTo(0.2 + 0.8 * ((1 - Math.SQRT1_2) / 2), 12);
  expect([12, 13, 1000].map(rate)).toEqual([0.2, 0.2, 0.2]);
});

test("without warm-up the fall begins with the first step", () => {
  const rate = learningRate({ ...cosine, warmupSteps: 0 }, 6);
  expect(rate).toBeCloseTo(0.6, 12);
});

const refused: [Partial<Schedule> | object, number, string][] = [
  [{}, 0, "step is 0, expected an integer from 1"],
  [{ lr: Number.POSITIVE_INFINITY }, 1, "lr is Infinity, expected a number from 0"],
  [{ lr: "1" }, 1, "lr is 1, expected a number from 0"],
  [{ floor: null }, 1, "floor is null, expected a number from 0 to lr = 1"],
  [{ floor: 2 }, 1, "floor is 2, expected a number from 0 to lr = 1"],
  [{ warmupSteps: -1 }, 1, "warmupSteps is -1, expected an integer from 0"],
  [{ totalSteps: 4 }, 1, "totalSteps is 4, expected an integer above warmupSteps = 4"],
];
test.each(refused)("%o at step %d is refused by name", (change, step, message) => {
  expect(() => learningRate({ ...cosine, ...change } as Schedule, step)).toThrow(
    `learningRate: ${message}`,
  );
});
