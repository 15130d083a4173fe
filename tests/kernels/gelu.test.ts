import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// PyTorch computes 1 + tanh(u) in float32, to 6e-8 or so, and multiplies it by x; where out is near 0, x is at most 8.
const forward = { atol: 1e-6, rtol: 1e-6 };
// 1 - tanh^2 loses digits in the same way and is multiplied by du/dx, up to about 10 before it is 0, and by dout, up to 3.
const backward = { atol: 4e-6, rtol: 4e-6 };
const cases = await loadReference("gelu");

for (const tier of tiers) {
  describe(`gelu, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes: { N }, floats }) => {
        const inp = floats("inp");
        const out = new Float32Array(N);
        await tier.call("geluForward", out, inp, N);
        expectClose("out", out, floats("out"), forward);

        const dinp = new Float32Array(N);
        await tier.call("geluBackward", dinp, floats("dout"), inp, N);
        expectClose("dinp", dinp, floats("dinp"), backward);
      },
    );

    test.each([{ N: 1 }, { N: 37 }, { N: 260 }])(
      "backward adds what finite differences in float64 say, N=$N",
      async ({ N }) => {
        const inp = random(N, 1, 4);
        const dout = random(N, 2);

        const exact = Float64Array.from(inp);
        const out = new Float64Array(N);
        const expected = numericalGradient(exact, () => {
          geluForward(out, exact, N);
          return dot(out, dout);
        });

        // The gradient begins at other values than 0: what is asked for is `+=`.
        const before = random(N, 3);
        const dinp = before.slice();
        await tier.call("geluBackward", dinp, dout, inp, N);
        const added = dinp.map((x, i) => x - before[i]);
        expectClose("dinp", added, expected, backward);
      },
    );

    test("far from 0 it is the identity or 0, its slope 1 or 0, up to the largest float32", async () => {
      const far = [50, 1e13, 1e20, 3.4e38];
      const inp = Float32Array.from([...far, ...far.map((x) => -x)]);
      const out = new Float32Array(8).fill(7);
      await tier.call("geluForward", out, inp, 8);
      expectClose(
        "out",
        out,
        inp.map((x) => Math.max(x, 0)),
        forward,
      );

      const dinp = new Float32Array(8).fill(2);
      await tier.call("geluBackward", dinp, new Float32Array(8).fill(3), inp, 8);
      expectClose("dinp", dinp, Float32Array.of(5, 5, 5, 5, 2, 2, 2, 2), backward);
    });

    test("a NaN shows in its own value only, forward and backward", async () => {
      const inp = Float32Array.of(1, NaN, -1);
      const out = new Float32Array(3);
      await tier.call("geluForward", out, inp, 3);
      expect([...out].map(Number.isNaN)).toEqual([false, true, false]);
      const dinp = new Float32Array(3);
      await tier.call("geluBackward", dinp, Float32Array.of(1, 1, 1), inp, 3);
      expect([...dinp].map(Number.isNaN)).toEqual([false, true, false]);
    });

    test("at 0 it is 0 with slope one half, and its lowest point is near -0.752", async () => {
      const inp = Float32Array.of(0, -0.752461);
      const out = new Float32Array(2).fill(7);
      await tier.call("geluForward", out, inp, 2);
      expect(out[0]).toBe(0);
      expect(out[1]).toBeCloseTo(-0.17004, 5);
      const dinp = new Float32Array(2);
      await tier.call("geluBackward", dinp, Float32Array.of(1, 1), inp, 2);
      expect(dinp[0]).toBe(0.5);
      expect(dinp[1]).toBeCloseTo(0, 5);
    });

    test("a wrong length is named, and nothing is written", async () => {
      const out = new Float32Array(8).fill(5);
      const [a7, a8] = [new Float32Array(7), new Float32Array(8)];
      await expect(tier.call("geluForward", out, a7, 8)).rejects.toThrow(
        "geluForward: inp has 7 values, expected N = 8",
      );
      await expect(tier.call("geluForward", out, a8, 0)).rejects.toThrow(
        "geluForward: N is 0, expected a positive integer",
      );
      await expect(tier.call("geluBackward", out, a7, a8, 8)).rejects.toThrow(
        "geluBackward: dout has 7 values, expected N = 8",
      );
      await expect(tier.call("geluBackward", out, a8, a8, 7)).rejects.toThrow(
        "geluBackward: dinp has 8 values, expected N = 7",
      );
      expect(out).toEqual(new Float32Array(8).fill(5));
    });
  });
}

test("the reference itself computes in float64, also where x^2 and x^3 overflow", () => {
  const inp = Float64Array.of(1, 1e200, -1e200, 1e308, -1e308);
  const out = new Float64Array(5);
  geluForward(out, inp, 5);
  const u = Math.sqrt(2 / Math.PI) * 1.044715;
  expect(out[0]).toBeCloseTo(0.5 * (1 + Math.tanh(u)), 15);
  expect([...out.subarray(1)]).toEqual([1e200, -0, 1e308, -0]);

  const dinp = new Float64Array(5);
  geluBackward(dinp, new Float64Array(5).fill(1), inp, 5);
  const slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715);
  expect(dinp[0]).toBeCloseTo(0.5 * (1 + Math.tanh(u)) + (0.5 * slope) / Math.cosh(u) ** 2, 14);
  expect([...dinp.subarray(1)]).toEqual([1, 0, 1, 0]);
});
