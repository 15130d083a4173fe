import { attentionFlashBackward, attentionFlashForward } from "@llm.ts/kernels/attention/flash.ts";
import {
  attentionGroupedBackward,
  attentionGroupedForward,
} from "@llm.ts/kernels/attention/grouped.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiersWith } from "./tiers.ts";

// Values are of size 1 and stored in float32 (relative spacing 6e-8); a key gathers the gradients of up to 150 queries.
const forward = { atol: 5e-6, rtol: 2e-6 };
const backward = { atol: 2e-5, rtol: 2e-5 };
const cases = await loadReference("attention-grouped");

/** Windows and texts about the edges of tiles of 32 and blocks of 64: their own, and those of what is out of every window. */
const edges = [
  { windowSize: Infinity, B: 1, T: 131, NH: 2, NKV: 1, hs: 8 },
  ...[1, 2, 31, 32, 33, 34, 63, 64, 65, 66, 96, 97, 200].map((windowSize) => {
    return { windowSize, B: 1, T: 131, NH: 2, NKV: 1, hs: 8 };
  }),
  { windowSize: 20, B: 2, T: 64, NH: 6, NKV: 2, hs: 16 }, // whole tiles and nothing else
  { windowSize: 45, B: 2, T: 97, NH: 6, NKV: 3, hs: 36 }, // one block of channels past 32
  { windowSize: 40, B: 1, T: 95, NH: 3, NKV: 3, hs: 64 },
  { windowSize: 50, B: 2, T: 70, NH: 4, NKV: 2, hs: 12 }, // three fours
  { windowSize: 37, B: 2, T: 67, NH: 4, NKV: 1, hs: 7 }, // no tiles
  { windowSize: 70, B: 1, T: 99, NH: 2, NKV: 1, hs: 72 }, // wider than tiles on a GPU
];

for (const tier of tiersWith("attentionGrouped")) {
  describe(`grouped attention, ${tier.name}`, () => {
    test.each(cases)("both passes agree with PyTorch, case $name", async ({ sizes, floats }) => {
      const { B, T, NH, NKV, hs, windowSize } = sizes;
      const qkv = floats("qkv");
      const [out, lse] = [new Float32Array(B * T * NH * hs), new Float32Array(B * NH * T)];
      const last = [windowSize, B, T, NH, NKV, hs] as const;
      await tier.call("attentionGroupedForward", out, lse, qkv, ...last);
      expectClose("out", out, floats("out"), forward);
      expectClose("lse", lse, floats("lse"), forward);

      const dqkv = new Float32Array(qkv.length);
      const dout = floats("dout");
      await tier.call("attentionGroupedBackward", dqkv, dout, out, qkv, lse, ...last);
      expectClose("dqkv", dqkv, floats("dqkv"), backward);
    });

    test.each([
      { B: 2, T: 5, NH: 4, NKV: 2, hs: 3, windowSize: 2 },
      { B: 1, T: 3, NH: 3, NKV: 1, hs: 5, windowSize: Infinity },
      { B: 1, T: 1, NH: 1, NKV: 1, hs: 1, windowSize: 1 },
    ])("backward adds what finite differences say, %j", async (sizes) => {
      const { B, T, NH, NKV, hs, windowSize } = sizes;
      const last = [windowSize, B, T, NH, NKV, hs] as const;
      const qkv = random(B * T * (NH + 2 * NKV) * hs, 1);
      const dout = random(B * T * NH * hs, 2);
      const exact = Float64Array.from(qkv);
      const [out, lse] = [new Float64Array(dout.length), new Float64Array(B * NH * T)];
      const loss = () => {
        attentionGroupedForward(out, lse, exact, ...last);
        return dot(out, dout);
      };
      const expected = numericalGradient(exact, loss);
      loss(); // out and lse at the point itself
      const before = random(qkv.length, 3);
      const dqkv = before.slice();
      const saved = [Float32Array.from(out), qkv, Float32Array.from(lse)] as const;
      await tier.call("attentionGroupedBackward", dqkv, dout, ...saved, ...last);
      expectClose(
        "dqkv",
        dqkv.map((x, i) => x - before[i]),
        expected,
        backward,
      );
    });

    test.each(edges)("both passes are those of float64 about every edge, %j", async (sizes) => {
      const { windowSize, B, T, NH, NKV, hs } = sizes;
      const last = [windowSize, B, T, NH, NKV, hs] as const;
      const qkv = random(B * T * (NH + 2 * NKV) * hs, 1, 2);
      const dout = random(B * T * NH * hs, 2);
      const [out, lse] = [new Float64Array(dout.length), new Float64Array(B * NH * T)];
      const dqkv = new Float64Array(qkv.length);
      attentionGroupedForward(out, lse, qkv, ...last);
      attentionGroupedBackward(dqkv, dout, out, qkv, lse, ...last);

      const own = new Float32Array(out.length).fill(Number.NaN);
      const ownLse = new Float32Array(lse.length).fill(Number.NaN);
      await tier.call("attentionGroupedForward", own, ownLse, qkv, ...last);
      expectClose("out", own, out, forward);
      expectClose("lse", ownLse, lse, forward);
      const before = random(qkv.length, 3);
      const ownDqkv = before.slice();
      await tier.call("attentionGroupedBackward", ownDqkv, dout, own, qkv, ownLse, ...last);
      const added = ownDqkv.map((x, i) => x - before[i]);
      expectClose("dqkv", added, dqkv, backward);
    });

    test("tokens that no query of a tile sees are not even read", async () => {
      const [windowSize, T, NH, NKV, hs] = [20, 128, 2, 1, 8];
      const last = [windowSize, 1, T, NH, NKV, hs] as const;
      const [row, width] = [(NH + 2 * NKV) * hs, NH * hs];
      const [qkv, dout] = [random(T * row, 1), random(T * width, 2)];
      /** What the queries of tokens 96 and later have of both passes: the tile before theirs is the first that they see. */
      const run = async () => {
        const [out, lse, dqkv] = [dout.length, NH * T, qkv.length].map((n) => new Float32Array(n));
        await tier.call("attentionGroupedForward", out, lse, qkv, ...last);
        await tier.call("attentionGroupedBackward", dqkv, dout, out, qkv, lse, ...last);
        return [out.slice(96 * width), dqkv.slice(96 * row)];
      };
      const expected = await run();
      expect(expected.every((values) => values.every(Number.isFinite))).toBe(true);
      qkv.fill(Number.NaN, 0, 64 * row);
      expect(await run()).toEqual(expected);
    });

    test("with as many heads of keys as of queries it is the attention of GPT-2", async () => {
      const [B, T, NH, hs] = [2, 6, 3, 4];
      const C = NH * hs;
      const [inp, dout] = [random(B * T * 3 * C, 1), random(B * T * C, 2)];
      const [out, lse, dinp] = [B * T * C, B * NH * T, inp.length].map((n) => new Float64Array(n));
      attentionFlashForward(out, lse, inp, B, T, C, NH);
      attentionFlashBackward(dinp, dout, out, inp, lse, B, T, C, NH);
      const [own, ownLse, dqkv] = [out, lse, dinp].map(({ length }) => new Float32Array(length));
      const last = [Infinity, B, T, NH, NH, hs] as const;
      await tier.call("attentionGroupedForward", own, ownLse, inp, ...last);
      await tier.call("attentionGroupedBackward", dqkv, dout, own, inp, ownLse, ...last);
      expectClose("out", own, out, forward);
      expectClose("dqkv", dqkv, dinp, backward);
    });

    test("what is out of the window has no say, and no gradient", async () => {
      const [T, hs, windowSize] = [6, 2, 2];
      const qkv = random(T * 3 * hs, 1);
      const run = async (given: Float32Array) => {
        const [out, lse, dqkv] = [T * hs, T, given.length].map((n) => new Float32Array(n));
        const last = [windowSize, 1, T, 1, 1, hs] as const;
        await tier.call("attentionGroupedForward", out, lse, given, ...last);
        const dout = new Float32Array(T * hs).fill(1, 5 * hs); // of the last token alone
        await tier.call("attentionGroupedBackward", dqkv, dout, out, given, lse, ...last);
        return { last: out.slice(5 * hs), dqkv };
      };
      const [first, changed] = [await run(qkv), await run(qkv.map((x, i) => (i < 12 ? x + 1 : x)))];
      expect(changed.last).toEqual(first.last); // tokens 0 and 1 are four and more behind
      expect([...first.dqkv.slice(0, 4 * 3 * hs)].every((x) => x === 0)).toBe(true);
      expect([...first.dqkv.slice(4 * 3 * hs)].some((x) => x !== 0)).toBe(true);
    });

    test("heads that cannot be shared out, and a window of nothing, are named", async () => {
      const [out, lse, qkv] = [12, 6, 28].map((n) => new Float32Array(n).fill(5));
      const call = (windowSize: number, NKV: number, given = qkv) =>
        tier.call("attentionGroupedForward", out, lse, given, windowSize, 1, 2, 3, NKV, 2);
      await expect(call(2, 2)).rejects.toThrow(
        "attentionGroupedForward: NKV is 2, expected a divisor of NH = 3: each head of keys serves NH/NKV heads of queries",
      );
      for (const windowSize of [0, 1.5, Number.NaN]) {
        await expect(call(windowSize, 1, qkv.subarray(0, 20))).rejects.toThrow(
          `attentionGroupedForward: windowSize is ${windowSize}, expected a positive integer, or Infinity for all tokens`,
        );
      }
      expect(out).toEqual(new Float32Array(12).fill(5));
    });
  });
}
