import { gegluForward, swigluForward } from "@llm.ts/kernels/swiglu/swiglu.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// A share, its product with the gate and with what passes, of sizes up to 10; far gates are up to 100, and so is what passes.
const close = { atol: 4e-6, rtol: 4e-6 };
const cases = await loadReference("swiglu");
const gates = [
  { gate: "silu", name: "swiglu", exact: swigluForward },
  { gate: "gelu", name: "geglu", exact: gegluForward },
];

for (const tier of tiers) {
  describe.each(gates)(`$name, ${tier.name}`, ({ gate, name, exact }) => {
    test.each(cases)("both passes agree with PyTorch, case $name", async ({ sizes, floats }) => {
      const { B, T, F } = sizes;
      const inp = floats("inp");
      const out = new Float32Array(B * T * F);
      await tier.call(`${name}Forward`, out, inp, B, T, F);
      expectClose("out", out, floats(`out_${gate}`), close);

      const dinp = new Float32Array(2 * B * T * F);
      await tier.call(`${name}Backward`, dinp, floats("dout"), inp, B, T, F);
      expectClose("dinp", dinp, floats(`dinp_${gate}`), { atol: 1e-5, rtol: 4e-6 });
    });

    test.each([
      [2, 3, 5],
      [1, 1, 1],
      [1, 2, 130],
    ])("backward adds what finite differences say, B=%i T=%i F=%i", async (B, T, F) => {
      const inp = random(2 * B * T * F, 1, 2);
      const dout = random(B * T * F, 2);
      const point = Float64Array.from(inp);
      const out = new Float64Array(B * T * F);
      const expected = numericalGradient(point, () => {
        exact(out, point, B, T, F);
        return dot(out, dout);
      });
      const before = random(inp.length, 3);
      const dinp = before.slice();
      await tier.call(`${name}Backward`, dinp, dout, inp, B, T, F);
      expectClose(
        "dinp",
        dinp.map((x, i) => x - before[i]),
        expected,
        close,
      );
    });

    test("a gate far below 0 is shut and has no gradient, one far above lets all through", async () => {
      const inp = Float32Array.of(-200, 200, -1e30, 3, 5, 7); // three gates, three values
      const [out, dinp] = [new Float32Array(3), new Float32Array(6)];
      await tier.call(`${name}Forward`, out, inp, 1, 1, 3);
      expect([...out].map((x) => x + 0)).toEqual([0, 1000, 0].map((x) => x + 0));
      await tier.call(`${name}Backward`, dinp, Float32Array.of(1, 1, 1), inp, 1, 1, 3);
      expect([...dinp].map((x) => x + 0)).toEqual([0, 5, 0, 0, 200, 0]);
    });

    test("a wrong length is named, and nothing is written", async () => {
      const out = new Float32Array(6).fill(5);
      await expect(tier.call(`${name}Forward`, out, new Float32Array(11), 1, 2, 3)).rejects.toThrow(
        `${name}Forward: inp has 11 values, expected B*T*2*F = 12`,
      );
      expect(out).toEqual(new Float32Array(6).fill(5));
    });
  });
}

test("the two gates differ: silu(1) is 0.7311, GELU(1) is 0.8412", () => {
  const [out, inp] = [new Float64Array(1), Float64Array.of(1, 1)];
  swigluForward(out, inp, 1, 1, 1);
  expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
  gegluForward(out, inp, 1, 1, 1);
  expect(out[0]).toBeCloseTo(0.8411919906, 8);
});
