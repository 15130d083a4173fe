import { clipGradients, gradientSquares } from "@llm.ts/kernels/clip/clip.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

// Every number goes through a handful of float32 roundings (6e-8 each), and PyTorch sums about 1000 squares in float32.
const relative = { atol: 0, rtol: 2e-6 };
const cases = await loadReference("clip");

for (const tier of tiers) {
  /** Clips several tensors by their common norm, as training does, and gives the sum of squares that was gathered. */
  const clip = async (tensors: Float32Array[], maxNorm: number) => {
    const sum = new Float32Array(1);
    for (const grads of tensors) await tier.call("gradientSquares", sum, grads, grads.length);
    for (const grads of tensors) {
      await tier.call("clipGradients", grads, sum, maxNorm, grads.length);
    }
    return sum;
  };

  describe(`clip, ${tier.name}`, () => {
    test.each(cases)(
      "three tensors are clipped by their common norm as PyTorch does it, case $name",
      async ({ sizes, floats }) => {
        const tensors = [1, 2, 3].map((i) => floats(`grads${i}`));
        const sum = await clip(tensors, sizes.maxNorm);
        expectClose("norm", sum.map(Math.sqrt), floats("norm"), relative);
        for (const [i, grads] of tensors.entries()) {
          expectClose(`grads${i + 1}`, grads, floats(`clipped${i + 1}`), relative);
        }
      },
    );

    test.each([1, 5, 37, 40])("the squares of N=%i gradients are added to the sum", async (N) => {
      const grads = random(N, 1, 3);
      const before = grads.slice();
      const sum = Float32Array.of(2.5);
      await tier.call("gradientSquares", sum, grads, N);
      const squares = [...before].reduce((total, grad) => total + grad * grad, 0);
      expectClose("sum", sum, Float32Array.of(2.5 + squares), relative);
      expect(grads).toEqual(before);
    });

    test("after clipping the norm is maxNorm and the direction is the same", async () => {
      const tensors = [Float32Array.of(30, 0), Float32Array.of(-40, 0, 0, 0)]; // norm 50
      await clip(tensors, 2);
      expectClose("first", tensors[0], Float32Array.of(1.2, 0), relative);
      expectClose("second", tensors[1], Float32Array.of(-1.6, 0, 0, 0), relative);
    });

    test("gradients whose norm is under maxNorm are left as they are, to the bit", async () => {
      const grads = random(7, 1, 0.1);
      const before = grads.slice();
      await clip([grads], 1);
      expect(grads).toEqual(before);
      await clip([grads], Infinity);
      expect(grads).toEqual(before);
    });

    test("gradients that are all 0 stay 0", async () => {
      const grads = new Float32Array(3);
      await clip([grads], 1);
      expect(grads).toEqual(new Float32Array(3));
    });

    test("one NaN among the gradients shows in all of them, as in PyTorch", async () => {
      const tensors = [Float32Array.of(1, 2), Float32Array.of(NaN, 3)];
      await clip(tensors, 1);
      expect(tensors).toEqual([Float32Array.of(NaN, NaN), Float32Array.of(NaN, NaN)]);
    });

    test("a wrong length or maxNorm is named, and nothing is written", async () => {
      const [grads, sum] = [Float32Array.of(3, 4), Float32Array.of(25)];
      await expect(tier.call("gradientSquares", sum, grads, 3)).rejects.toThrow(
        "gradientSquares: grads has 2 values, expected N = 3",
      );
      await expect(tier.call("gradientSquares", new Float32Array(2), grads, 2)).rejects.toThrow(
        "gradientSquares: sum has 2 values, expected 1 = 1",
      );
      await expect(tier.call("gradientSquares", sum, grads, 0.5)).rejects.toThrow(
        "gradientSquares: N is 0.5, expected a positive integer",
      );
      await expect(tier.call("clipGradients", grads, sum, 1, 3)).rejects.toThrow(
        "clipGradients: grads has 2 values, expected N = 3",
      );
      for (const maxNorm of [0, -1, NaN]) {
        await expect(tier.call("clipGradients", grads, sum, maxNorm, 2)).rejects.toThrow(
          `clipGradients: maxNorm is ${maxNorm}, expected a number over 0`,
        );
      }
      expect([...grads, ...sum]).toEqual([3, 4, 25]);
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [grads, sum] = [Float64Array.of(1 / 3, 1 / 7), new Float64Array(1)];
  gradientSquares(sum, grads, 2);
  expect(sum[0]).toBeCloseTo(1 / 9 + 1 / 49, 15);
  clipGradients(grads, sum, 0.1, 2);
  const factor = 0.1 / (Math.sqrt(1 / 9 + 1 / 49) + 1e-6);
  expect(grads[0]).toBeCloseTo(factor / 3, 15);
});
