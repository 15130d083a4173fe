import { softcapBackward, softcapForward } from "@llm.ts/kernels/softcap/softcap.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// Relative alone: also a value next to 0 keeps its digits. A quotient, an exponential within 2 ulp (4 ulp or more on a GPU, times
// the exponent) and a product.
const forward = { atol: 0, rtol: 1e-6 };
// out is rounded to 6e-8 of cap, its square counts twice, and dout is up to 4.
const backward = { atol: 1e-6, rtol: 1e-6 };
const cases = await loadReference("softcap");

for (const tier of tiers) {
  const run = async (inp: Float32Array, cap: number) => {
    const out = new Float32Array(inp.length).fill(Number.NaN);
    await tier.call("softcapForward", out, inp, cap, inp.length);
    return out;
  };

  describe(`softcap, ${tier.name}`, () => {
    test.each(cases)("both passes agree with PyTorch, case $name", async ({ sizes, floats }) => {
      const { N, cap } = sizes;
      const inp = floats("inp");
      const out = await run(inp, cap);
      expectClose("out", out, floats("out"), forward);
      const dinp = new Float32Array(N);
      await tier.call("softcapBackward", dinp, floats("dout"), out, cap, N);
      expectClose("dinp", dinp, floats("dinp"), backward);
    });

    test.each([
      { N: 1, cap: 2 },
      { N: 37, cap: 30 },
      { N: 260, cap: 0.7 },
      { N: 1027, cap: 1.5 },
    ])("backward adds what finite differences in float64 say, N=$N cap=$cap", async (sizes) => {
      const { N, cap } = sizes;
      const [inp, dout] = [random(N, 1, 2 * cap), random(N, 2)];
      const exact = Float64Array.from(inp);
      const out = new Float64Array(N);
      const loss = () => {
        softcapForward(out, exact, cap, N);
        return dot(out, dout);
      };
      const expected = numericalGradient(exact, loss);
      loss(); // out at the point itself
      const before = random(N, 3);
      const dinp = before.slice();
      await tier.call("softcapBackward", dinp, dout, Float32Array.from(out), cap, N);
      const added = dinp.map((x, i) => x - before[i]);
      expectClose("dinp", added, expected, backward);
    });

    test.each([1, 37, 1027])("out may be the same array as inp, N=%i", async (N) => {
      const inp = random(N, 4, 60);
      const expected = await run(inp, 30);
      expect(expected).not.toEqual(inp);
      await tier.call("softcapForward", inp, inp, 30, N);
      expect(inp).toEqual(expected);
    });

    test("as many values as several threads share come out as one by one", async () => {
      const N = 100_003;
      const inp = random(N, 5, 60);
      const out = await run(inp, 30);
      const exact = new Float64Array(N);
      softcapForward(exact, Float64Array.from(inp), 30, N);
      expectClose("out", out, exact, forward);
    });

    test("no digits are lost where a tier goes from one formula to another", async () => {
      const inp = Float32Array.from({ length: 400 }, (_, i) => (i + 1) / 400); // of a cap of 1
      const exact = new Float64Array(400);
      softcapForward(exact, Float64Array.from(inp), 1, 400);
      expectClose("out", await run(inp, 1), exact, forward);
    });

    test("what is small passes as it is, what is large or infinite ends at the cap", async () => {
      const inp = Float32Array.of(0, 1e-30, -1e-6, 1e-3, 1e4, -1e4, 3.4e38, Infinity, -Infinity);
      const out = await run(inp, 50);
      expect([...out.subarray(0, 4)]).toEqual([...inp.subarray(0, 4)]);
      expect([...out.subarray(4)]).toEqual([50, -50, 50, 50, -50]);
      const dinp = new Float32Array(9).fill(2);
      await tier.call("softcapBackward", dinp, new Float32Array(9).fill(3), out, 50, 9);
      expect([...dinp]).toEqual([5, 5, 5, 5, 2, 2, 2, 2, 2]);
    });

    test("a value and its opposite have opposite answers, and none is beyond the cap", async () => {
      const inp = random(500, 6, 200);
      const out = await run(inp, 30);
      const opposite = await run(
        inp.map((x) => -x),
        30,
      );
      expect(opposite).toEqual(out.map((x) => -x));
      expect(out.every((x) => Math.abs(x) <= 30)).toBe(true);
      expect(out.every((x, i) => Math.abs(x) < Math.abs(inp[i]) && x * inp[i] > 0)).toBe(true);
    });

    test("a NaN shows in its own value only, forward and backward", async () => {
      const out = await run(Float32Array.of(1, Number.NaN, -1, 2, 3), 2);
      const expected = [false, true, false, false, false];
      expect([...out].map(Number.isNaN)).toEqual(expected);
      const dinp = new Float32Array(5);
      await tier.call("softcapBackward", dinp, new Float32Array(5).fill(1), out, 2, 5);
      expect([...dinp].map(Number.isNaN)).toEqual(expected);
    });

    test("a wrong length or cap is named, and nothing is written", async () => {
      const out = new Float32Array(8).fill(5);
      const [a7, a8] = [new Float32Array(7), new Float32Array(8)];
      const forwardOf = (...args: Parameters<typeof softcapForward>) =>
        expect(tier.call("softcapForward", ...args)).rejects;
      const backwardOf = (...args: Parameters<typeof softcapBackward>) =>
        expect(tier.call("softcapBackward", ...args)).rejects;
      await forwardOf(out, a7, 30, 8).toThrow("softcapForward: inp has 7 values, expected N = 8");
      await backwardOf(out, a7, a8, 30, 8).toThrow(
        "softcapBackward: dout has 7 values, expected N = 8",
      );
      for (const cap of [0, -30, Number.NaN, Infinity, 1e39]) {
        const expected = `cap is ${cap}, expected a number over 0, within float32`;
        await forwardOf(out, a8, cap, 8).toThrow(`softcapForward: ${expected}`);
        await backwardOf(out, a8, a8, cap, 8).toThrow(`softcapBackward: ${expected}`);
      }
      expect(out).toEqual(new Float32Array(8).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [out, dinp] = [new Float64Array(2), new Float64Array(2)];
  softcapForward(out, Float64Array.of(1 / 3, -7), 5, 2);
  expect(out[0]).toBeCloseTo(5 * Math.tanh(1 / 15), 15);
  softcapBackward(dinp, Float64Array.of(1 / 7, 3), out, 5, 2);
  expect(dinp[1]).toBeCloseTo(3 / Math.cosh(7 / 5) ** 2, 14);
});
