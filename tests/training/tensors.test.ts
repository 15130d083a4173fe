// What a step does to tensors, worked out by hand.

import { describe, expect, test } from "vitest";
import { barsOf, describe as describeHistogram } from "../../src/trainer/panels/histogram.ts";
import { pointsOfRatios } from "../../src/trainer/panels/tensors.ts";
import { histogramOf, tensorRows, unclipped } from "../../src/training/tensors.ts";

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

describe("a histogram", () => {
  test("counts each value once, in intervals from the least to the most", () => {
    const histogram = histogramOf([-1, -0.9, 0, 0, 0.1, 3], 1, 4);
    expect(histogram).toEqual({
      ...{ least: -1, most: 3, counts: [2, 3, 0, 1] },
      mean: expect.closeTo(0.2),
      rms: expect.closeTo(Math.sqrt((1 + 0.81 + 0.01 + 9) / 6)),
    });
    // Turned round and twice as wide: of a value on a border it is the upper interval's.
    expect(histogramOf([-1, -0.9, 0.5, 0.5, 0.1, 3], -2, 4).counts).toEqual([1, 0, 3, 2]);
  });

  test("of a tensor whose values are all the same has them in one place", () => {
    expect(histogramOf([1, 1, 1])).toEqual({ least: 1, most: 1, counts: [3], mean: 1, rms: 1 });
    expect(describeHistogram(histogramOf(new Float32Array(128)))).toBe("128 values, all 0.");
  });

  test("of many values has as many as the tensor", () => {
    const values = Float32Array.from({ length: 10_001 }, (_, i) => Math.sin(i * i));
    const { counts, least, most } = histogramOf(values);
    expect(counts).toHaveLength(41);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_001);
    expect([least, most]).toEqual([Math.min(...values), Math.max(...values)]);
    const inside = values.filter((value) => value < least + (most - least) / 41);
    expect(counts[0]).toBe(inside.length);
  });

  test("is drawn by the logarithms of its counts, where a single value can be seen", () => {
    expect(barsOf([1000, 0, 10, 1])).toEqual([1, 0, 0.5, 0.25]);
    expect(barsOf([1])).toEqual([1]);
  });

  test("is told in a sentence", () => {
    expect(describeHistogram(histogramOf([-0.25, 0.00001, 1234]))).toBe(
      "3 values from −0.25 to 1.2e+3, their mean 411, the root of their mean square 712.",
    );
  });
});

test("gradients are told as they were before clipping by what the length of all of them was", () => {
  expect(unclipped({ a: [0.6, 0], b: [0, -0.8] }, 5)).toBeCloseTo(5);
  expect(unclipped({ a: [0], b: [0] }, 0)).toBe(1);
});
