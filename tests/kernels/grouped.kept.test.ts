// Grouped attention with its table of weights.

import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import {
  attentionGroupedKeptBackward,
  attentionGroupedKeptForward,
} from "@llm.ts/kernels/attention/grouped.kept.ts";
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

// As in attention.test.ts. A key gathers the gradients of up to 127 queries, so gradients are given a little more.
const forward = { atol: 5e-6, rtol: 2e-6 };
const backward = { atol: 2e-5, rtol: 2e-5 };
const cases = await loadReference("attention-grouped-kept");

interface Sizes {
  windowSize: number;
  B: number;
  T: number;
  NH: number;
  NKV: number;
  hs: number;
}

const lastOf = ({ windowSize, B, T, NH, NKV, hs }: Sizes) =>
  [windowSize, B, T, NH, NKV, hs] as const;
const lengthsOf = ({ B, T, NH, NKV, hs }: Sizes) => ({
  out: B * T * NH * hs,
  table: B * NH * T * T,
  qkv: B * T * (NH + 2 * NKV) * hs,
});

/** Does the query of this index into (B, NH, T, T) see the key? */
const isSeen = (index: number, { T, windowSize }: Sizes) => {
  const behind = (Math.floor(index / T) % T) - (index % T);
  return behind >= 0 && behind < windowSize;
};

for (const tier of tiersWith("attentionGroupedKept")) {
  /** Runs the forward pass into arrays full of NaN: all of them must be written. */
  const run = async (qkv: Float32Array, sizes: Sizes) => {
    const lengths = lengthsOf(sizes);
    const [out, preatt, att] = [lengths.out, lengths.table, lengths.table].map((n) =>
      new Float32Array(n).fill(Number.NaN),
    );
    await tier.call("attentionGroupedKeptForward", out, preatt, att, qkv, ...lastOf(sizes));
    return { out, preatt, att };
  };
  const runBack = async (
    dout: Float32Array,
    qkv: Float32Array,
    att: Float32Array,
    sizes: Sizes,
  ) => {
    const [dqkv, dpreatt, datt] = [qkv, att, att].map(({ length }) => new Float32Array(length));
    const given = [dqkv, dpreatt, datt, dout, qkv, att] as const;
    await tier.call("attentionGroupedKeptBackward", ...given, ...lastOf(sizes));
    return { dqkv, dpreatt, datt };
  };

  describe(`grouped attention with its table of weights, ${tier.name}`, () => {
    test.each(cases)("both passes agree with PyTorch, case $name", async ({ sizes, floats }) => {
      const given = sizes as unknown as Sizes;
      const qkv = floats("qkv");
      const { out, preatt, att } = await run(qkv, given);
      expectClose("preatt", preatt, floats("preatt"), forward);
      expectClose("att", att, floats("att"), forward);
      expectClose("out", out, floats("out"), forward);

      const { dqkv, dpreatt, datt } = await runBack(floats("dout"), qkv, att, given);
      expectClose("datt", datt, floats("datt"), backward);
      expectClose("dpreatt", dpreatt, floats("dpreatt"), backward);
      expectClose("dqkv", dqkv, floats("dqkv"), backward);
    });

    test.each([
      { windowSize: 2, B: 2, T: 5, NH: 4, NKV: 2, hs: 3 },
      { windowSize: Infinity, B: 1, T: 3, NH: 3, NKV: 1, hs: 5 },
      { windowSize: 4, B: 2, T: 6, NH: 2, NKV: 2, hs: 1 },
      { windowSize: 1, B: 1, T: 1, NH: 1, NKV: 1, hs: 1 },
    ])("backward adds what finite differences in float64 say, %j", async (sizes) => {
      const lengths = lengthsOf(sizes);
      const last = lastOf(sizes);
      const qkv = random(lengths.qkv, 1, 1.5);
      const dout = random(lengths.out, 2);
      const before = {
        dqkv: random(lengths.qkv, 3),
        dpreatt: random(lengths.table, 4),
        datt: random(lengths.table, 5),
      };

      // What dpreatt and datt hold on entry is the gradient of a loss that also looks at preatt and att themselves.
      const exact = Float64Array.from(qkv);
      const [out, preatt, att] = [lengths.out, lengths.table, lengths.table].map(
        (n) => new Float64Array(n),
      );
      const loss = () => {
        attentionGroupedKeptForward(out, preatt, att, exact, ...last);
        return dot(out, dout) + dot(preatt, before.dpreatt) + dot(att, before.datt);
      };
      const expected = numericalGradient(exact, loss);
      loss(); // att at the point itself

      const [dqkv, dpreatt, datt] = [before.dqkv, before.dpreatt, before.datt].map((x) =>
        x.slice(),
      );
      const given = [dqkv, dpreatt, datt, dout, qkv, Float32Array.from(att)] as const;
      await tier.call("attentionGroupedKeptBackward", ...given, ...last);
      const added = dqkv.map((x, i) => x - before.dqkv[i]);
      expectClose("dqkv", added, expected, backward);

      const unseen = (array: Float32Array) => array.filter((_, i) => !isSeen(i, sizes));
      expect(unseen(dpreatt)).toEqual(unseen(before.dpreatt));
      expect(unseen(datt)).toEqual(unseen(before.datt));
    });

    test("datt and dpreatt add to what they hold", async () => {
      const sizes = { windowSize: 2, B: 2, T: 4, NH: 2, NKV: 1, hs: 3 };
      const lengths = lengthsOf(sizes);
      const [qkv, dout] = [random(lengths.qkv, 1), random(lengths.out, 2)];
      const { att } = await run(qkv, sizes);
      const alone = await runBack(dout, qkv, att, sizes);

      // One number for a whole row of datt moves no dpreatt: softmax cares for differences only.
      const dqkv = new Float32Array(lengths.qkv);
      const dpreatt = new Float32Array(lengths.table).fill(0.25);
      const datt = new Float32Array(lengths.table).fill(0.5);
      const given = [dqkv, dpreatt, datt, dout, qkv, att] as const;
      await tier.call("attentionGroupedKeptBackward", ...given, ...lastOf(sizes));
      const more = (array: Float32Array, by: number) => array.map((x) => x + by);
      expectClose("datt", datt, more(alone.datt, 0.5), backward);
      expectClose("dpreatt", dpreatt, more(alone.dpreatt, 0.25), backward);
    });

    test.each([
      { windowSize: 63, B: 1, T: 127, NH: 2, NKV: 1, hs: 8 },
      { windowSize: 65, B: 2, T: 67, NH: 6, NKV: 3, hs: 7 },
      { windowSize: 500, B: 1, T: 70, NH: 3, NKV: 3, hs: 70 },
    ])("both passes are those of the form that keeps no table, %j", async (sizes) => {
      const lengths = lengthsOf(sizes);
      const [qkv, dout] = [random(lengths.qkv, 1), random(lengths.out, 2)];
      const [out, dqkv] = [new Float64Array(lengths.out), new Float64Array(lengths.qkv)];
      const lse = new Float64Array(sizes.B * sizes.NH * sizes.T);
      attentionGroupedForward(out, lse, qkv, ...lastOf(sizes));
      attentionGroupedBackward(dqkv, dout, out, qkv, lse, ...lastOf(sizes));
      const own = await run(qkv, sizes);
      expectClose("out", own.out, out, forward);
      const back = await runBack(dout, qkv, own.att, sizes);
      expectClose("dqkv", back.dqkv, dqkv, backward);
    });

    test("a token attends to its window alone, with weights that sum to 1", async () => {
      const sizes = { windowSize: 3, B: 2, T: 6, NH: 4, NKV: 2, hs: 2 };
      const { preatt, att } = await run(random(lengthsOf(sizes).qkv, 1, 2), sizes);
      for (let row = 0; row < att.length; row += 6) {
        const sum = att.subarray(row, row + 6).reduce((sum, weight) => sum + weight);
        expect(sum).toBeCloseTo(1, 6);
      }
      att.forEach((weight, i) => {
        expect(weight > 0).toBe(isSeen(i, sizes));
        if (!isSeen(i, sizes)) expect([weight, preatt[i]]).toEqual([0, 0]);
      });
    });

    test("what is out of the window has no say, and no gradient", async () => {
      const sizes = { windowSize: 2, B: 1, T: 5, NH: 2, NKV: 1, hs: 2 };
      const qkv = random(5 * 8, 1);
      const dout = new Float32Array(5 * 4).fill(1, 4 * 4); // of the last token alone
      const first = await run(qkv, sizes);
      const changed = qkv.map((x, i) => (i < 3 * 8 ? x + 1 : x));
      const second = await run(changed, sizes);
      expect(second.out.slice(16)).toEqual(first.out.slice(16));
      const { dqkv } = await runBack(dout, qkv, first.att, sizes);
      expect(dqkv.slice(0, 3 * 8)).toEqual(new Float32Array(3 * 8));
      expect(dqkv.slice(3 * 8).some((x) => x !== 0)).toBe(true);
    });

    test("scores far over 88, where exp overflows in float32, still give weights", async () => {
      // q = 1e18 for each; k = 1e18, -1e18, 1e18: scores of 1e36 either way.
      const qkv = Float32Array.of(1e18, 1e18, 7, 1e18, -1e18, 8, 1e18, 1e18, 9);
      const sizes = { windowSize: 2, B: 1, T: 3, NH: 1, NKV: 1, hs: 1 };
      const { out, att } = await run(qkv, sizes);
      expect([...att]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 1]);
      expect([...out]).toEqual([7, 7, 9]);
    });

    test("heads that cannot be shared out, a wrong length and a window of nothing are named", async () => {
      const sizes = { windowSize: 2, B: 1, T: 2, NH: 3, NKV: 1, hs: 2 };
      const filled = (length: number) => new Float32Array(length).fill(5);
      const [out, preatt, att, qkv] = [12, 12, 12, 20].map(filled);
      const [dqkv, dpreatt, datt, dout] = [20, 12, 12, 12].map(filled);
      const calls = {
        Forward: (given: Float32Array, last: Sizes) =>
          tier.call("attentionGroupedKeptForward", out, preatt, att, given, ...lastOf(last)),
        Backward: (given: Float32Array, last: Sizes) => {
          const grads = [given.length === 20 ? dqkv : filled(28), dpreatt, datt, dout] as const;
          const name = "attentionGroupedKeptBackward";
          return tier.call(name, ...grads, given, att, ...lastOf(last));
        },
      };
      for (const [pass, call] of Object.entries(calls)) {
        const kernel = `attentionGroupedKept${pass}`;
        await expect(call(filled(28), { ...sizes, NKV: 2 })).rejects.toThrow(
          `${kernel}: NKV is 2, expected a divisor of NH = 3: each head of keys serves NH/NKV heads of queries`,
        );
        await expect(call(qkv, { ...sizes, windowSize: 0.5 })).rejects.toThrow(
          `${kernel}: windowSize is 0.5, expected a positive integer, or Infinity for all tokens`,
        );
        await expect(call(filled(19), sizes)).rejects.toThrow(
          /has (19|28) values, expected B\*T\*\(NH\+2\*NKV\)\*hs = 20/,
        );
      }
      for (const array of [out, preatt, att, dqkv, dpreatt, datt]) {
        expect(array).toEqual(filled(array.length));
      }
    });
  });
}

test("with as many heads of keys as of queries it is attention.ts, to the last bit", () => {
  const [B, T, NH, hs] = [2, 5, 3, 2];
  const C = NH * hs;
  const zeros = (length: number) => new Float64Array(length);
  const inp = Float64Array.from({ length: B * T * 3 * C }, (_, i) => Math.sin(i) / 3);
  const dout = Float64Array.from({ length: B * T * C }, (_, i) => Math.cos(i) / 7);
  const arrays = () => [B * T * C, ...Array(4).fill(B * NH * T * T), inp.length].map(zeros);
  const [out, preatt, att, dpreatt, datt, dinp] = arrays();
  attentionForward(out, preatt, att, inp, B, T, C, NH);
  attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
  const [own, ownPreatt, ownAtt, ownDpreatt, ownDatt, dqkv] = arrays();
  const last = [Infinity, B, T, NH, NH, hs] as const;
  attentionGroupedKeptForward(own, ownPreatt, ownAtt, inp, ...last);
  attentionGroupedKeptBackward(dqkv, ownDpreatt, ownDatt, dout, inp, ownAtt, ...last);
  expect([own, ownPreatt, ownAtt, ownDpreatt, ownDatt, dqkv]).toEqual([
    out,
    preatt,
    att,
    dpreatt,
    datt,
    dinp,
  ]);
});
