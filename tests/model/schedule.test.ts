import { learningRate, type Schedule } from "@llm.ts/kernels/model/schedule.ts";
import { expect, test } from "vitest";

const cosine = { kind: "cosine", lr: 1, warmupSteps: 4, totalSteps: 12, floor: 0.2 } as const;

test("a constant rate is the same at every step", () => {
  expect([1, 2, 1000].map((step) => learningRate({ kind: "constant", lr: 3e-4 }, step))).toEqual([
    3e-4, 3e-4, 3e-4,
  ]);
});

test("it rises in equal parts, then falls along half a cosine towards the floor, and stays there", () => {
  const rate = (step: number) => learningRate(cosine, step);
  expect([1, 2, 3, 4, 5].map(rate)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(rate(7)).toBeCloseTo(0.2 + 0.8 * ((1 + Math.SQRT1_2) / 2), 12);
  expect(rate(9)).toBeCloseTo(0.6, 12);
  expect(rate(11)).toBeCloseTo(0.2 + 0.8 * ((1 - Math.SQRT1_2) / 2), 12);
  expect([13, 14, 1000].map(rate)).toEqual([0.2, 0.2, 0.2]);
});

test("without warm-up the first step has the whole rate, and the fall begins after it", () => {
  const rate = (step: number) => learningRate({ ...cosine, warmupSteps: 0 }, step);
  expect(rate(1)).toBe(1);
  expect(rate(7)).toBeCloseTo(0.6, 12);
});

test("every step of a run moves the weights, the only one and the last one too, whatever the floor", () => {
  const alone = { ...cosine, warmupSteps: 0, totalSteps: 1 };
  expect(learningRate({ ...alone, floor: 0 }, 1)).toBe(1);
  expect(learningRate({ ...alone, floor: 0.1 }, 1)).toBe(1);
  const last = learningRate({ ...cosine, warmupSteps: 0, totalSteps: 10, floor: 0 }, 10);
  expect(last).toBeCloseTo((1 + Math.cos(0.9 * Math.PI)) / 2, 12); // 0.024
});

test("the rates are llm.c's", () => {
  // llmc/schedulers.h, get_learning_rate_cosine(step - 1) with learning_rate 1, warmup_iterations 4,
  // train_num_batches 12, final_learning_rate_frac 0.2
  const rates = Array.from({ length: 12 }, (_, step) => {
    if (step < 4) return (1 * (step + 1)) / 4;
    const ratio = (step - 4) / (12 - 4);
    return 0.2 + 0.5 * (1 + Math.cos(Math.PI * ratio)) * (1 - 0.2);
  });
  rates.forEach((rate, step) => {
    expect(learningRate(cosine, step + 1)).toBeCloseTo(rate, 12);
  });
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
