import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// exp(logit - max) in float32 is good to a few 6e-8 of itself while the differences stay below about 20, and PyTorch's
// sum of up to 1000 of them, in float32, to about 1e-6.
const forward = { atol: 1e-7, rtol: 3e-6 };
// A difference of values of size 3, times a probability; finite differences add 1e-9.
const backward = { atol: 2e-6, rtol: 1e-5 };
const cases = await loadReference("softmax");

for (const tier of tiers) {
  describe(`softmax, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes: { B, T, V, Vp }, floats }) => {
        const probs = new Float32Array(B * T * Vp).fill(7);
        await tier.call("softmaxForward", probs, floats("logits"), B, T, V, Vp);
        expectClose("probs", probs, floats("probs"), forward);

        const dlogits = new Float32Array(B * T * Vp);
        await tier.call("softmaxBackward", dlogits, floats("dprobs"), probs, B, T, V, Vp);
        expectClose("dlogits", dlogits, floats("dlogits"), backward);
      },
    );

    test.each([
      { B: 2, T: 3, V: 5, Vp: 8 },
      { B: 1, T: 1, V: 37, Vp: 37 },
      { B: 3, T: 1, V: 50, Vp: 128 },
      { B: 1, T: 4, V: 1, Vp: 2 },
    ])(
      "backward adds what finite differences in float64 say, B=$B T=$T V=$V Vp=$Vp",
      async ({ B, T, V, Vp }) => {
        const logits = Float64Array.from(random(B * T * Vp, 1, 3));
        const dprobs = random(B * T * Vp, 2);

        const exact = new Float64Array(B * T * Vp);
        const loss = () => {
          softmaxForward(exact, logits, B, T, V, Vp);
          return dot(exact, dprobs);
        };
        const expected = numericalGradient(logits, loss);
        loss(); // probs at the point itself

        // The gradient begins at other values than 0: what is asked for is `+=`.
        const before = random(B * T * Vp, 3);
        const dlogits = before.slice();
        const probs = Float32Array.from(exact);
        for (let i = 0; i < B * T * Vp; i++) {
          if (i % Vp >= V) dprobs[i] = probs[i] = Number.NaN; // nothing of the padding is read
        }
        await tier.call("softmaxBackward", dlogits, dprobs, probs, B, T, V, Vp);
        const added = dlogits.map((x, i) => x - before[i]);
        expectClose("dlogits", added, expected, backward);
        for (let i = 0; i < B * T * Vp; i++) {
          if (i % Vp >= V) expect(dlogits[i], `padding at ${i}`).toBe(before[i]);
        }
      },
    );

    test("huge logits neither overflow nor underflow to NaN, and padding is exactly 0", async () => {
      const rows = [
        [1000, 1000, 999, Number.NaN],
        [-1e30, -1e30, -1e30, 5],
        [3e38, -3e38, 0, Infinity],
        [1, 1 - Math.log(2), -Infinity, 1e30],
      ];
      const probs = new Float32Array(16).fill(7);
      await tier.call("softmaxForward", probs, Float32Array.from(rows.flat()), 2, 2, 3, 4);
      const e = Math.exp(-1);
      const expected = [
        [1 / (2 + e), 1 / (2 + e), e / (2 + e), 0],
        [1 / 3, 1 / 3, 1 / 3, 0],
        [1, 0, 0, 0],
        [2 / 3, 1 / 3, 0, 0],
      ];
      expectClose("probs", probs, Float32Array.from(expected.flat()), forward);
    });

    test("probabilities sum to 1, and moving all logits of a row changes nothing", async () => {
      const [V, Vp] = [1000, 1024];
      const logits = random(Vp, 1, 8).map((x) => Math.round(x * 1024) / 1024); // 1024 can be added without rounding
      const probs = new Float32Array(Vp);
      await tier.call("softmaxForward", probs, logits, 1, 1, V, Vp);
      expect(dot(probs, new Float32Array(Vp).fill(1))).toBeCloseTo(1, 5);
      const moved = new Float32Array(Vp);
      await tier.call(
        "softmaxForward",
        moved,
        logits.map((x) => x + 1024),
        1,
        1,
        V,
        Vp,
      );
      expectClose("probs", moved, probs, forward);
    });

    test.each([0, 150, 299])("a NaN at %i shows in all of its row and in no other", async (at) => {
      const [V, Vp] = [300, 304];
      const logits = random(2 * Vp, 1, 3);
      logits[at] = NaN;
      const probs = new Float32Array(2 * Vp).fill(7);
      await tier.call("softmaxForward", probs, logits, 1, 2, V, Vp);
      expect([...probs].map(Number.isNaN)).toEqual([...probs].map((_, i) => i < V));
    });

    test.each([1, 3, 300])(
      "a row of nothing but minus infinity is NaN, as in PyTorch, and so is one with plus infinity, V=%i",
      async (V) => {
        const Vp = V + 2;
        const logits = new Float32Array(3 * Vp).fill(-Infinity);
        logits[Vp + V - 1] = -1e30; // the only token of row 1
        logits.fill(1, 2 * Vp, 2 * Vp + V);
        logits[3 * Vp - 3] = Infinity;
        const probs = new Float32Array(3 * Vp).fill(7);
        const inPlace = logits.slice();
        await tier.call("softmaxForward", probs, logits, 1, 3, V, Vp);
        await tier.call("softmaxForward", inPlace, inPlace, 1, 3, V, Vp);
        const row = (value: number, last = value) => [
          ...Array<number>(V - 1).fill(value),
          ...[last, 0, 0],
        ];
        const expected = [row(NaN), row(0, 1), row(NaN)].flat();
        expect([...probs]).toEqual(expected);
        expect([...inPlace]).toEqual(expected);
      },
    );

    test("rows as long as GPT-2's", async () => {
      const [V, Vp] = [50257, 50304];
      const logits = random(2 * Vp, 1, 10);
      const expected = new Float64Array(2 * Vp);
      for (const row of [0, Vp]) {
        const powers = Float64Array.from(logits.subarray(row, row + V), Math.exp);
        const sum = powers.reduce((a, b) => a + b);
        expected.set(
          powers.map((e) => e / sum),
          row,
        );
      }
      const probs = new Float32Array(2 * Vp).fill(7);
      await tier.call("softmaxForward", probs, logits, 1, 2, V, Vp);
      expectClose("probs", probs, expected, { atol: 1e-9, rtol: 1e-5 }); // most are about 1e-5 or less
    });

    test("probs may be the same array as logits", async () => {
      const [B, T, V, Vp] = [2, 3, 5, 8];
      const logits = random(B * T * Vp, 1, 4);
      const probs = new Float32Array(B * T * Vp);
      await tier.call("softmaxForward", probs, logits, B, T, V, Vp);
      const both = logits.slice();
      await tier.call("softmaxForward", both, both, B, T, V, Vp);
      expect(both).toEqual(probs);
      expect(both).not.toEqual(logits);
    });

    test("a wrong length or size is named, and nothing is written", async () => {
      const out = new Float32Array(48).fill(5);
      const [a47, a48] = [new Float32Array(47), new Float32Array(48)];
      await expect(tier.call("softmaxForward", out, a47, 2, 3, 5, 8)).rejects.toThrow(
        "softmaxForward: logits has 47 values, expected B*T*Vp = 48",
      );
      await expect(tier.call("softmaxForward", out, a48, 2, 3, 9, 8)).rejects.toThrow(
        "softmaxForward: V is 9, expected at most Vp = 8",
      );
      await expect(tier.call("softmaxForward", out, a48, 2, 3, 0, 8)).rejects.toThrow(
        "softmaxForward: V is 0, expected a positive integer",
      );
      await expect(tier.call("softmaxBackward", out, a48, a47, 2, 3, 5, 8)).rejects.toThrow(
        "softmaxBackward: probs has 47 values, expected B*T*Vp = 48",
      );
      await expect(tier.call("softmaxBackward", out, a48, a48, 2, 3, 9, 8)).rejects.toThrow(
        "softmaxBackward: V is 9, expected at most Vp = 8",
      );
      expect(out).toEqual(new Float32Array(48).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const probs = new Float64Array(2);
  softmaxForward(probs, Float64Array.of(0, Math.log(3)), 1, 1, 2, 2);
  expect(probs[0]).toBeCloseTo(0.25, 15);
  expect(probs[1]).toBeCloseTo(0.75, 15);
  const dlogits = new Float64Array(2);
  softmaxBackward(dlogits, Float64Array.of(1, 0), probs, 1, 1, 2, 2);
  expect(dlogits[0]).toBeCloseTo(3 / 16, 15);
  expect(dlogits[1]).toBeCloseTo(-3 / 16, 15);
});
