// Grouped attention for a text that grows, against PyTorch's for the whole text, of which it is the last rows.

import { attentionGroupedCachedForward } from "@llm.ts/kernels/attention/grouped.cached.ts";
import { attentionGroupedForward } from "@llm.ts/kernels/attention/grouped.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

const tolerance = { atol: 5e-6, rtol: 2e-6 }; // as where the whole text is new: grouped.test.ts
const cases = await loadReference("attention-grouped");

interface Sizes {
  windowSize: number;
  R: number;
  T: number;
  NH: number;
  NKV: number;
  hs: number;
}

for (const tier of tiers) {
  /** The answers to the last R of T tokens, in an array that was full of NaN. */
  const run = async (qkv: Float32Array, { windowSize, R, T, NH, NKV, hs }: Sizes) => {
    const out = new Float32Array(R * NH * hs).fill(Number.NaN);
    await tier.call("attentionGroupedCachedForward", out, qkv, windowSize, R, T, NH, NKV, hs);
    return out;
  };

  describe(`grouped attention for a text that grows, ${tier.name}`, () => {
    test.each(cases)(
      "agrees with PyTorch for every number of new tokens, case $name",
      async ({ sizes: { T, NH, NKV, hs, windowSize }, floats }) => {
        const qkv = floats("qkv").slice(0, T * (NH + 2 * NKV) * hs); // the first text
        const out = floats("out").slice(0, T * NH * hs);
        for (const R of new Set([1, 2, T - 1, T])) {
          const got = await run(qkv, { windowSize, R, T, NH, NKV, hs });
          expectClose("out", got, out.subarray((T - R) * NH * hs), tolerance);
        }
      },
    );

    test.each([
      { windowSize: Infinity, R: 1, T: 1, NH: 1, NKV: 1, hs: 1 },
      { windowSize: 1, R: 3, T: 7, NH: 3, NKV: 1, hs: 5 },
      { windowSize: 64, R: 2, T: 66, NH: 6, NKV: 2, hs: 3 },
      { windowSize: 65, R: 66, T: 130, NH: 4, NKV: 4, hs: 6 }, // one key past 64
      { windowSize: 1000, R: 1, T: 70, NH: 2, NKV: 1, hs: 70 }, // a head wider than 64
      { windowSize: 9, R: 20, T: 257, NH: 4, NKV: 2, hs: 16 },
    ])("is the last rows of the whole, %j", async (sizes) => {
      const { windowSize, R, T, NH, NKV, hs } = sizes;
      const qkv = random(T * (NH + 2 * NKV) * hs, 5);
      const [out, lse] = [new Float64Array(T * NH * hs), new Float64Array(NH * T)];
      attentionGroupedForward(out, lse, qkv, windowSize, 1, T, NH, NKV, hs);
      const last = out.subarray((T - R) * NH * hs);
      expectClose("out", await run(qkv, sizes), last, tolerance);
    });

    test("scores far beyond 88, where exp overflows, still give weights", async () => {
      const qkv = Float32Array.of(9, 9, 1e4, 1, 9, 9, -1e4, 2, 1e4, -1e4, 1e4, 3); // q0, q1, k, v of three tokens
      const sizes = { windowSize: 2, R: 1, T: 3, NH: 2, NKV: 1, hs: 1 };
      expect([...(await run(qkv, sizes))]).toEqual([3, 2]); // one head goes with the last key, the other with the one before
    });

    test("reads neither queries of tokens that are not new nor what is out of every window", async () => {
      const sizes = { windowSize: 3, R: 2, T: 7, NH: 2, NKV: 1, hs: 3 };
      const [row, queries] = [4 * 3, 2 * 3];
      const qkv = random(7 * row, 6);
      const expected = await run(qkv, sizes);
      expect(expected.every(Number.isFinite)).toBe(true);
      for (let t = 0; t < 5; t++) qkv.fill(Number.NaN, t * row, t * row + queries);
      qkv.fill(Number.NaN, 0, 3 * row); // token 5, the first that is new, sees 3, 4 and itself
      expect(await run(qkv, sizes)).toEqual(expected);
    });

    test("names what cannot be, and writes nothing", async () => {
      const out = new Float32Array(2 * 3 * 2).fill(5);
      const call = (windowSize: number, R: number, T: number, NKV: number) => {
        const qkv = new Float32Array(T * (3 + 2 * NKV) * 2);
        const sizes = [R, T, 3, NKV, 2] as const;
        const given = out.subarray(0, R * 6);
        return expect(tier.call("attentionGroupedCachedForward", given, qkv, windowSize, ...sizes))
          .rejects;
      };
      await call(2, 2, 1, 1).toThrow(
        "attentionGroupedCachedForward: R is 2, expected at most T = 1",
      );
      await call(2, 2, 4, 2).toThrow(
        "attentionGroupedCachedForward: NKV is 2, expected a divisor of NH = 3: each head of keys serves NH/NKV heads of queries",
      );
      await call(0, 2, 4, 1).toThrow(
        "attentionGroupedCachedForward: windowSize is 0, expected a positive integer, or Infinity for all tokens",
      );
      expect(out).toEqual(new Float32Array(12).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [windowSize, T, NH, NKV, hs] = [4, 9, 4, 2, 3];
  const qkv = Float64Array.from(random(T * (NH + 2 * NKV) * hs, 8), (x) => x / 3);
  const [out, lse] = [new Float64Array(T * NH * hs), new Float64Array(NH * T)];
  const own = new Float64Array(out.length);
  attentionGroupedForward(out, lse, qkv, windowSize, 1, T, NH, NKV, hs);
  attentionGroupedCachedForward(own, qkv, windowSize, T, T, NH, NKV, hs);
  expectClose("out", own, out, { atol: 1e-15, rtol: 1e-14 });
});
