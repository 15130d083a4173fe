import { residualBackward, residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// One addition of two float32 numbers, rounded once: the same bits as PyTorch's.
const exactly = { atol: 0, rtol: 0 };
// Adding to a gradient of size 1 and taking it off again rounds twice at 6e-8; finite differences are good to 1e-9.
const backward = { atol: 5e-7, rtol: 0 };
const cases = await loadReference("residual");

for (const tier of tiers) {
  describe(`residual, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes: { N }, floats }) => {
        const out = new Float32Array(N);
        await tier.call("residualForward", out, floats("inp1"), floats("inp2"), N);
        expectClose("out", out, floats("out"), exactly);

        const dinp1 = new Float32Array(N);
        const dinp2 = new Float32Array(N);
        await tier.call("residualBackward", dinp1, dinp2, floats("dout"), N);
        expectClose("dinp1", dinp1, floats("dinp1"), exactly);
        expectClose("dinp2", dinp2, floats("dinp2"), exactly);
      },
    );

    test.each([{ N: 1 }, { N: 37 }, { N: 260 }])(
      "backward adds what finite differences in float64 say, N=$N",
      async ({ N }) => {
        const dout = random(N, 1);
        const inp1 = Float64Array.from(random(N, 2));
        const inp2 = Float64Array.from(random(N, 3));
        const out = new Float64Array(N);
        const loss = () => {
          residualForward(out, inp1, inp2, N);
          return dot(out, dout);
        };
        const expected = {
          dinp1: numericalGradient(inp1, loss),
          dinp2: numericalGradient(inp2, loss),
        };

        // The gradients begin at other values than 0: what is asked for is `+=`.
        const before = { dinp1: random(N, 4), dinp2: random(N, 5) };
        const dinp1 = before.dinp1.slice();
        const dinp2 = before.dinp2.slice();
        await tier.call("residualBackward", dinp1, dinp2, dout, N);
        const added = (after: Float32Array, start: Float32Array) =>
          after.map((x, i) => x - start[i]);
        expectClose("dinp1", added(dinp1, before.dinp1), expected.dinp1, backward);
        expectClose("dinp2", added(dinp2, before.dinp2), expected.dinp2, backward);
      },
    );

    test("a wrong length is named, and nothing is written", async () => {
      const out = new Float32Array(8).fill(5);
      const [a7, a8] = [new Float32Array(7), new Float32Array(8)];
      await expect(tier.call("residualForward", out, a8, a7, 8)).rejects.toThrow(
        "residualForward: inp2 has 7 values, expected N = 8",
      );
      await expect(tier.call("residualForward", out, a7, a8, 8)).rejects.toThrow(
        "residualForward: inp1 has 7 values, expected N = 8",
      );
      await expect(tier.call("residualForward", out, a8, a8, -8)).rejects.toThrow(
        "residualForward: N is -8, expected a positive integer",
      );
      await expect(tier.call("residualBackward", out, a7, a8, 8)).rejects.toThrow(
        "residualBackward: dinp2 has 7 values, expected N = 8",
      );
      await expect(tier.call("residualBackward", out, out, a7, 8)).rejects.toThrow(
        "residualBackward: dout has 7 values, expected N = 8",
      );
      expect(out).toEqual(new Float32Array(8).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const out = new Float64Array(1);
  residualForward(out, Float64Array.of(0.1), Float64Array.of(0.2), 1);
  expect(out[0]).toBe(0.1 + 0.2);
  const [dinp1, dinp2] = [Float64Array.of(0.1), Float64Array.of(0.3)];
  residualBackward(dinp1, dinp2, Float64Array.of(0.7), 1);
  expect([dinp1[0], dinp2[0]]).toEqual([0.1 + 0.7, 0.3 + 0.7]);
});
