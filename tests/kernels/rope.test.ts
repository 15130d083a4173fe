import { type RopeScaling, ropeAngles, ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

const close = { atol: 1e-6, rtol: 1e-6 }; // two products and a sum of values of size 1 to 4, in float32
const cases = await loadReference("rope");

test.each(cases)("angles are PyTorch's in float64, case $name", ({ sizes, floats }) => {
  const { T, hs, base, start, factor, low, high, before } = sizes;
  const scaling: RopeScaling | null = factor ? { factor, low, high, before } : null;
  // Both are rounded to float32 once.
  expectClose("cis", ropeAngles(T, hs, base, scaling, start), floats("cis"), {
    atol: 6e-8,
    rtol: 1e-7,
  });
});

test("Llama 3.1 keeps fast turns, slows slow ones down by its factor, and passes from one to the other", () => {
  const scaling = { factor: 8, low: 1, high: 4, before: 8192 };
  const [T, hs, base] = [2, 128, 500_000];
  const angle = (cis: Float32Array, i: number) => Math.atan2(cis[hs + hs / 2 + i], cis[hs + i]);
  const [plain, stretched] = [ropeAngles(T, hs, base), ropeAngles(T, hs, base, scaling)];
  const ratio = (i: number) => angle(plain, i) / angle(stretched, i);
  expect(ratio(0)).toBe(1);
  expect(ratio(28)).toBe(1);
  expect(ratio(31)).toBeGreaterThan(1.1);
  expect(ratio(31)).toBeLessThan(7.9);
  expect(ratio(36)).toBeCloseTo(8, 4);
  expect(ratio(63)).toBeCloseTo(8, 4);
});

test.each([
  [[0, 4, 1e4], "T is 0, expected a positive integer"],
  [[2, 5, 1e4], "hs is 5, expected a positive even number"],
  [[2, 4, 0], "base is 0, expected a finite number over 0"],
  [[2, 4, 1e4, null, -1], "start is -1, expected a whole number, 0 or more"],
] as const)("angles of %j are refused", (args, message) => {
  const call = () => ropeAngles(...(args as unknown as Parameters<typeof ropeAngles>));
  expect(call).toThrow(new RangeError(`ropeAngles: ${message}`));
});

for (const tier of tiers) {
  describe(`rope, ${tier.name}`, () => {
    test.each(cases)("both passes agree with PyTorch, case $name", async ({ sizes, floats }) => {
      const { B, T, NH, NKV, hs, apart } = sizes;
      const [qkv, dqkv, cis] = [floats("inp").slice(), floats("dout").slice(), floats("cis")];
      await tier.call("ropeForward", qkv, cis, apart, B, T, NH, NKV, hs);
      expectClose("out", qkv, floats("out"), close);
      await tier.call("ropeBackward", dqkv, cis, apart, B, T, NH, NKV, hs);
      expectClose("dinp", dqkv, floats("dinp"), close);
    });

    test.each([
      { B: 2, T: 3, NH: 2, NKV: 1, hs: 6, apart: 3 },
      { B: 1, T: 2, NH: 3, NKV: 3, hs: 8, apart: 1 },
    ])("backward is what finite differences say, %j", async ({ B, T, NH, NKV, hs, apart }) => {
      const cis = ropeAngles(T, hs, 50, null, 3);
      const qkv = Float64Array.from(random(B * T * (NH + 2 * NKV) * hs, 1));
      const dqkv = random(qkv.length, 2);
      const dout = dqkv.slice();
      const loss = () => {
        const out = qkv.slice();
        ropeForward(out, Float64Array.from(cis), apart, B, T, NH, NKV, hs);
        return dot(out, dout);
      };
      const expected = numericalGradient(qkv, loss);
      await tier.call("ropeBackward", dqkv, cis, apart, B, T, NH, NKV, hs);
      expectClose("dqkv", dqkv, expected, close);
    });

    test.each([1, 4])(
      "a query's product with a key tells their distance alone, apart = %i",
      async (apart) => {
        const [T, hs] = [40, 8];
        const [q, k] = [random(hs, 1), random(hs, 2)];
        const qkv = new Float32Array(T * 3 * hs); // the same query and key at every place
        for (let t = 0; t < T; t++) {
          qkv.set(q, t * 3 * hs);
          qkv.set(k, t * 3 * hs + hs);
        }
        await tier.call("ropeForward", qkv, ropeAngles(T, hs, 100), apart, 1, T, 1, 1, hs);
        const product = (t: number, t2: number) =>
          dot(
            qkv.subarray(t * 3 * hs, t * 3 * hs + hs),
            qkv.subarray(t2 * 3 * hs + hs, t2 * 3 * hs + 2 * hs),
          );
        for (const distance of [0, 1, 7]) {
          const near = product(distance, 0);
          expect(product(30 + distance, 30)).toBeCloseTo(near, 4);
          expect(product(30 + distance, 29)).not.toBeCloseTo(near, 2);
        }
      },
    );

    test("values are left alone, and turning there and back gives what was there", async () => {
      const [B, T, NH, NKV, hs] = [1, 5, 2, 2, 12];
      const cis = ropeAngles(T, hs, 10_000);
      const qkv = random(B * T * (NH + 2 * NKV) * hs, 1);
      const before = qkv.slice();
      await tier.call("ropeForward", qkv, cis, 6, B, T, NH, NKV, hs);
      for (let t = 0; t < T; t++) {
        const values = [t * 6 * hs + 4 * hs, (t + 1) * 6 * hs] as const;
        expect(qkv.slice(...values)).toEqual(before.slice(...values));
      }
      expect(Math.abs(qkv[6 * hs] - before[6 * hs])).toBeGreaterThan(0.01);
      await tier.call("ropeBackward", qkv, cis, 6, B, T, NH, NKV, hs);
      expectClose("qkv", qkv, before, close);
    });

    test("an odd head and pairs that there are not are named, and nothing is written", async () => {
      const qkv = new Float32Array(30).fill(5);
      const call = (apart: number, hs: number) =>
        tier.call("ropeForward", qkv, new Float32Array(2 * hs), apart, 1, 2, 1, 1, hs);
      await expect(call(1, 5)).rejects.toThrow("ropeForward: hs is 5, expected an even number");
      const even = qkv.subarray(0, 24);
      await expect(
        tier.call("ropeForward", even, new Float32Array(8), 3, 1, 2, 1, 1, 4),
      ).rejects.toThrow("ropeForward: apart is 3, expected 1 or hs/2 = 2");
      expect(qkv).toEqual(new Float32Array(30).fill(5));
    });
  });
}
