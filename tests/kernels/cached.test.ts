// Attention for a text that grows, against PyTorch's attention for the whole text, of which it is the last rows.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionCachedForward } from "@llm.ts/kernels/attention/cached.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

const tolerance = { atol: 5e-6, rtol: 2e-6 }; // as of the form without the table of weights: flash.test.ts
const cases = await loadReference("attention");
const sharp = await loadReference("attention-sharp");

for (const tier of tiers) {
  /** The answers to the last R of T tokens, in an array that was full of NaN. */
  const run = async (inp: Float32Array, R: number, T: number, C: number, NH: number) => {
    const out = new Float32Array(R * C).fill(Number.NaN);
    await tier.call("attentionCachedForward", out, inp, R, T, C, NH);
    return out;
  };

  describe(`attention for a text that grows, ${tier.name}`, () => {
    test.each(cases)(
      "agrees with PyTorch for every number of new tokens, case $name",
      async ({ sizes: { T, C, NH }, floats }) => {
        const inp = floats("inp").slice(0, T * 3 * C); // the first text
        const out = floats("out").slice(0, T * C);
        for (const R of new Set([1, 2, T - 1, T])) {
          if (R < 1 || R > T) continue;
          expectClose("out", await run(inp, R, T, C, NH), out.subarray((T - R) * C), tolerance);
        }
      },
    );

    test.each(sharp)(
      "agrees with PyTorch at scores of hundreds, case $name",
      async ({ sizes: { T, C, NH, largest }, floats }) => {
        const out = floats("out").slice(0, T * C);
        const peak = Math.max(...out.map(Math.abs));
        const got = await run(floats("inp").slice(0, T * 3 * C), T, T, C, NH);
        expectClose("out", got, out, { atol: 6e-8 * largest * peak, rtol: 0 });
      },
    );

    test.each([
      { R: 1, T: 1, C: 1, NH: 1 },
      { R: 1, T: 63, C: 6, NH: 2 },
      { R: 2, T: 64, C: 5, NH: 1 },
      { R: 1, T: 65, C: 70, NH: 1 }, // one key past 64, a head wider than 64
      { R: 66, T: 130, C: 12, NH: 3 },
      { R: 1, T: 257, C: 64, NH: 4 },
    ])("is the last rows of the whole, R = $R, T = $T, C = $C, NH = $NH", async (sizes) => {
      const { R, T, C, NH } = sizes;
      const inp = random(T * 3 * C, 5);
      const [out, table] = [new Float64Array(T * C), new Float64Array(NH * T * T)];
      attentionForward(out, table, table.slice(), inp, 1, T, C, NH);
      expectClose("out", await run(inp, R, T, C, NH), out.subarray((T - R) * C), tolerance);
    });

    test("does not read the queries of tokens that are not new", async () => {
      const [R, T, C, NH] = [2, 5, 6, 2];
      const inp = random(T * 3 * C, 6);
      const expected = await run(inp, R, T, C, NH);
      for (let t = 0; t < T - R; t++) inp.fill(Number.NaN, t * 3 * C, t * 3 * C + C);
      expect(await run(inp, R, T, C, NH)).toEqual(expected);
    });

    test("refuses more new tokens than there are", async () => {
      const inp = new Float32Array(2 * 3 * 4);
      await expect(run(inp, 3, 2, 4, 2)).rejects.toThrow(
        "attentionCachedForward: R is 3, expected at most T = 2",
      );
      await expect(run(inp, 1, 2, 4, 3)).rejects.toThrow(
        "attentionCachedForward: NH is 3, expected a divisor of C = 4",
      );
    });
  });
}

test("scores beyond what exp takes do not overflow", () => {
  const inp = random(4 * 3 * 2, 7).map((x) => 1e4 * x);
  const out = new Float32Array(2);
  attentionCachedForward(out, inp, 1, 4, 2, 1);
  expect(out.every(Number.isFinite)).toBe(true);
});
