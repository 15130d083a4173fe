import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

// m and v are means of numbers of very different size, so they are compared relatively: float32 spacing (6e-8) times the
// steps that it can add up over. Gradients of both signs cancel in m: there the largest of them counts. Weights are
// of size 1.
const weights = { atol: 2e-6, rtol: 2e-6 };
const cases = await loadReference("adamw");

for (const tier of tiers) {
  const settings = { t: 1, lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.1 };
  const update = (
    [params, grads, m, v]: Float32Array[],
    { t, lr, beta1, beta2, eps, weightDecay }: typeof settings,
    N = params.length,
  ) => tier.call("adamwUpdate", params, grads, m, v, t, lr, beta1, beta2, eps, weightDecay, N);

  describe(`adamw, ${tier.name}`, () => {
    test.each(cases)("agrees with PyTorch after each step, case $name", async (reference) => {
      const { lr, beta1, beta2, eps, weightDecay, N, steps } = reference.sizes;
      const [params, m, v] = [reference.floats("start"), new Float32Array(N), new Float32Array(N)];
      const all = reference.floats("grads");
      const largest = all.reduce((most, grad) => Math.max(most, Math.abs(grad)), 0);
      for (let t = 1; t <= steps; t++) {
        const step = (name: string) => reference.floats(name).subarray((t - 1) * N, t * N);
        const grads = step("grads");
        await update([params, grads, m, v], { t, lr, beta1, beta2, eps, weightDecay });
        expectClose(`params, step ${t}`, params, step("params"), weights);
        expectClose(`m, step ${t}`, m, step("m"), { atol: 1e-6 * largest, rtol: 1e-6 });
        expectClose(`v, step ${t}`, v, step("v"), { atol: 0, rtol: 2e-6 });
        expect(grads).toEqual(step("grads"));
      }
    });

    test.each([1, 5, 37, 40])("one step of N=%i weights is the formula in float64", async (N) => {
      const [params, grads] = [random(N, 1), random(N, 2, 3)];
      const [m, v] = [random(N, 3), random(N, 4, 0.5, 0.6)];
      const before = [params, m, v].map((array) => Float64Array.from(array));
      const { t, lr, beta1, beta2, eps, weightDecay } = { ...settings, t: 7, eps: 0.01 };
      await update([params, grads, m, v], { t, lr, beta1, beta2, eps, weightDecay });

      const [start, mStart, vStart] = before;
      const mean = mStart.map((x, i) => beta1 * x + (1 - beta1) * grads[i]);
      const square = vStart.map((x, i) => beta2 * x + (1 - beta2) * grads[i] ** 2);
      const moved = start.map((x, i) => {
        const mHat = mean[i] / (1 - beta1 ** t);
        const vHat = square[i] / (1 - beta2 ** t);
        return x - lr * weightDecay * x - (lr * mHat) / (Math.sqrt(vHat) + eps);
      });
      expectClose("m", m, mean, weights);
      expectClose("v", v, square, weights);
      expectClose("params", params, moved, weights);
    });

    test("the first step moves a weight by lr against its gradient, large or small", async () => {
      const params = new Float32Array(4);
      const grads = Float32Array.of(1000, -1, 1e-3, -1e-5);
      const still = { ...settings, eps: 0, weightDecay: 0 };
      await update([params, grads, new Float32Array(4), new Float32Array(4)], still);
      expectClose("params", params, Float32Array.of(-0.1, 0.1, -0.1, 0.1), weights);
    });

    test("weight decay shrinks a weight without a gradient, and leaves m and v at 0", async () => {
      const params = Float32Array.of(2, -4);
      const [grads, m, v] = [new Float32Array(2), new Float32Array(2), new Float32Array(2)];
      await update([params, grads, m, v], settings);
      expectClose("params", params, Float32Array.of(1.98, -3.96), weights);
      expect([...m, ...v]).toEqual([0, 0, 0, 0]);
    });

    test("a NaN among the gradients reaches its own weight only", async () => {
      const arrays = [random(3, 1), Float32Array.of(1, NaN, 1), random(3, 2), random(3, 3, 0.1, 1)];
      await update(arrays, settings);
      const [params, , m, v] = arrays;
      for (const array of [params, m, v]) {
        expect([...array].map(Number.isNaN)).toEqual([false, true, false]);
      }
    });

    test.each([
      [{ t: 0 }, "t is 0, expected a positive integer"],
      [{ t: -1 }, "t is -1, expected a positive integer"],
      [{ t: 1.5 }, "t is 1.5, expected a positive integer"],
      [{ t: NaN }, "t is NaN, expected a positive integer"],
      [{ lr: NaN }, "lr is NaN, expected a finite number from 0 up"],
      [{ lr: -0.1 }, "lr is -0.1, expected a finite number from 0 up"],
      [{ lr: Infinity }, "lr is Infinity, expected a finite number from 0 up"],
      [{ eps: -1e-8 }, "eps is -1e-8, expected a finite number from 0 up"],
      [{ weightDecay: NaN }, "weightDecay is NaN, expected a finite number from 0 up"],
      [{ beta1: 1 }, "beta1 is 1, expected a number from 0 up to but not including 1"],
      [{ beta1: -0.1 }, "beta1 is -0.1, expected a number from 0 up to but not including 1"],
      [{ beta2: NaN }, "beta2 is NaN, expected a number from 0 up to but not including 1"],
      [{ beta2: 1.5 }, "beta2 is 1.5, expected a number from 0 up to but not including 1"],
    ])("%o is refused, and nothing is written", async (wrong, message) => {
      const arrays = [1, 2, 3, 4].map((seed) => random(3, seed));
      const before = arrays.map((array) => array.slice());
      await expect(update(arrays, { ...settings, ...wrong })).rejects.toThrow(
        `adamwUpdate: ${message}`,
      );
      expect(arrays).toEqual(before);
    });

    test("a wrong length is named, and nothing is written", async () => {
      const arrays = [3, 3, 3, 2].map((length) => random(length, 1));
      const before = arrays.map((array) => array.slice());
      await expect(update(arrays, settings)).rejects.toThrow(
        "adamwUpdate: v has 2 values, expected N = 3",
      );
      await expect(update(arrays, settings, 0)).rejects.toThrow(
        "adamwUpdate: N is 0, expected a positive integer",
      );
      expect(arrays).toEqual(before);
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [params, grads] = [Float64Array.of(1), Float64Array.of(1 / 3)];
  const [m, v] = [new Float64Array(1), new Float64Array(1)];
  adamwUpdate(params, grads, m, v, 1, 0.1, 0.9, 0.99, 0, 0.5, 1);
  expect(m[0]).toBeCloseTo(1 / 30, 15);
  expect(v[0]).toBeCloseTo(1 / 900, 15);
  expect(params[0]).toBeCloseTo(1 - 0.05 - 0.1, 14);
});
