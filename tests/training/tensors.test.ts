// What a step does to tensors, worked out by hand.

import { expect, test } from "vitest";
import { pointsOfRatios } from "../../src/trainer/panels/tensors.ts";
import { tensorRows } from "../../src/training/tensors.ts";

test("a gradient's length is told as it was before clipping, an update's as a part of the tensor", () => {
  // Together the gradients are 1 long as clipping left them (0.6 and 0.8), and were 5 before.
  const rows = tensorRows(
    { a: [3, 4], b: [0, 0], c: [1, 0], d: [0] },
    { a: [3, 3.5], b: [0.1, 0], c: [1, 0], d: [0] },
    { a: [0.6, 0], b: [0, -0.8], c: [0, 0], d: [0] },
    5,
  );
  expect(rows).toEqual([
    { name: "a", gradient: expect.closeTo(3), weight: 5, ratio: expect.closeTo(0.1) },
    { name: "b", gradient: expect.closeTo(4), weight: 0, ratio: Infinity },
    { name: "c", gradient: 0, weight: 1, ratio: 0 },
    { name: "d", gradient: 0, weight: 0, ratio: 0 }, // zeros that stay zeros have not moved
  ]);
  expect(tensorRows({ a: [1] }, { a: [1] }, { a: [0] }, 0)[0].gradient).toBe(0);
});

test("a curve has 1 at its top and a millionth and less at its foot", () => {
  expect(pointsOfRatios([1, 0.001, 1e-6, 0, Infinity])).toBe(
    "0.0,0.0 30.0,11.0 60.0,22.0 90.0,22.0 120.0,0.0",
  );
  expect(pointsOfRatios([0.001])).toBe("0.0,11.0");
});
