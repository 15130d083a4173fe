import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers, tiersWith } from "./tiers.ts";

// Values are of size 1 and stored in float32 (relative spacing 6e-8); sums run over at most 33 tokens. The case
// large_scores has scores up to 100: their rounding, 6e-6, goes through exp into every weight.
const forward = { atol: 5e-6, rtol: 2e-6 };
const backward = { atol: 1e-5, rtol: 1e-5 };
const cases = await loadReference("attention");
const sharp = await loadReference("attention-sharp");

interface Sizes {
  B: number;
  T: number;
  C: number;
  NH: number;
}

const awkward: Sizes[] = [
  { B: 2, T: 3, C: 6, NH: 2 },
  { B: 1, T: 7, C: 5, NH: 1 },
  { B: 1, T: 4, C: 3, NH: 3 },
  { B: 3, T: 1, C: 4, NH: 2 },
  { B: 1, T: 2, C: 1, NH: 1 },
];

/** Is this index into (B, NH, T, T) on or below the diagonal? */
const isSeen = (index: number, T: number) => index % T <= Math.floor(index / T) % T;

for (const tier of tiersWith("attention")) {
  /** Runs the forward pass into arrays full of NaN: all of them must be written. */
  const run = async (inp: Float32Array, { B, T, C, NH }: Sizes) => {
    const out = new Float32Array(B * T * C).fill(NaN);
    const preatt = new Float32Array(B * NH * T * T).fill(NaN);
    const att = new Float32Array(B * NH * T * T).fill(NaN);
    await tier.call("attentionForward", out, preatt, att, inp, B, T, C, NH);
    return { out, preatt, att };
  };
  const runBack = async (
    dout: Float32Array,
    inp: Float32Array,
    att: Float32Array,
    { B, T, C, NH }: Sizes,
  ) => {
    const dinp = new Float32Array(B * T * 3 * C);
    const dpreatt = new Float32Array(B * NH * T * T);
    const datt = new Float32Array(B * NH * T * T);
    await tier.call("attentionBackward", dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
    return { dinp, dpreatt, datt };
  };

  describe(`attention, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes, floats }) => {
        const { B, T, C, NH } = sizes;
        const inp = floats("inp");
        const { out, preatt, att } = await run(inp, { B, T, C, NH });
        expectClose("preatt", preatt, floats("preatt"), forward);
        expectClose("att", att, floats("att"), forward);
        expectClose("out", out, floats("out"), forward);

        const { dinp, dpreatt, datt } = await runBack(floats("dout"), inp, att, { B, T, C, NH });
        expectClose("datt", datt, floats("datt"), backward);
        expectClose("dpreatt", dpreatt, floats("dpreatt"), backward);
        expectClose("dinp", dinp, floats("dinp"), backward);
      },
    );

    test.each(awkward)(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C NH=$NH",
      async ({ B, T, C, NH }) => {
        const inp = random(B * T * 3 * C, 1, 1.5);
        const dout = random(B * T * C, 2);
        const before = {
          dinp: random(B * T * 3 * C, 3),
          dpreatt: random(B * NH * T * T, 4),
          datt: random(B * NH * T * T, 5),
        };

        // What dpreatt and datt hold on entry is the gradient of a loss that also looks at preatt and att themselves.
        const exact = Float64Array.from(inp);
        const out = new Float64Array(B * T * C);
        const preatt = new Float64Array(B * NH * T * T);
        const att = new Float64Array(B * NH * T * T);
        const loss = () => {
          attentionForward(out, preatt, att, exact, B, T, C, NH);
          return dot(out, dout) + dot(preatt, before.dpreatt) + dot(att, before.datt);
        };
        const expected = numericalGradient(exact, loss);
        loss(); // att at the point itself

        const dinp = before.dinp.slice();
        const dpreatt = before.dpreatt.slice();
        const datt = before.datt.slice();
        const saved = Float32Array.from(att);
        await tier.call("attentionBackward", dinp, dpreatt, datt, dout, inp, saved, B, T, C, NH);
        const added = dinp.map((x, i) => x - before.dinp[i]);
        expectClose("dinp", added, expected, backward);

        const above = (array: Float32Array) => array.filter((_, i) => !isSeen(i, T));
        expect(above(dpreatt)).toEqual(above(before.dpreatt));
        expect(above(datt)).toEqual(above(before.datt));
      },
    );

    test("datt and dpreatt add to what they hold", async () => {
      const sizes = { B: 2, T: 3, C: 4, NH: 2 };
      const { B, T, C, NH } = sizes;
      const [inp, dout] = [random(B * T * 3 * C, 1), random(B * T * C, 2)];
      const { att } = await run(inp, sizes);
      const alone = await runBack(dout, inp, att, sizes);

      // One number for a whole row of datt moves no dpreatt: softmax cares for differences only.
      const dinp = new Float32Array(B * T * 3 * C);
      const dpreatt = new Float32Array(B * NH * T * T).fill(0.25);
      const datt = new Float32Array(B * NH * T * T).fill(0.5);
      await tier.call("attentionBackward", dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
      const more = (array: Float32Array, by: number) => array.map((x) => x + by);
      expectClose("datt", datt, more(alone.datt, 0.5), backward);
      expectClose("dpreatt", dpreatt, more(alone.dpreatt, 0.25), backward);
    });

    test("a token attends to itself and to those before it, with weights that sum to 1", async () => {
      const sizes = { B: 2, T: 5, C: 6, NH: 3 };
      const { preatt, att } = await run(random(2 * 5 * 3 * 6, 1, 2), sizes);
      for (let row = 0; row < att.length; row += 5) {
        const t = (row / 5) % 5;
        const weights = att.subarray(row, row + 5);
        expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 6);
        expect(weights.subarray(0, t + 1).every((weight) => weight > 0)).toBe(true);
        expect(weights.subarray(t + 1)).toEqual(new Float32Array(4 - t));
        expect(preatt.subarray(row + t + 1, row + 5)).toEqual(new Float32Array(4 - t));
      }
    });

    test("changing a later token changes no earlier output and no gradient of one", async () => {
      const sizes = { B: 2, T: 5, C: 6, NH: 2 };
      const { B, T, C } = sizes;
      for (let changed = 1; changed < T; changed++) {
        const inp = random(B * T * 3 * C, 1);
        const dout = random(B * T * C, 2);
        // The loss looks only at tokens before the one that changes.
        for (let b = 0; b < B; b++) dout.fill(0, (b * T + changed) * C, (b + 1) * T * C);
        const first = await run(inp, sizes);
        const firstBack = await runBack(dout, inp, first.att, sizes);

        const other = inp.slice();
        for (let b = 0; b < B; b++) {
          const start = (b * T + changed) * 3 * C;
          other.set(random(3 * C, 10 + b, 5), start);
        }
        const second = await run(other, sizes);
        const secondBack = await runBack(dout, other, second.att, sizes);

        for (let b = 0; b < B; b++) {
          const tokens = (array: Float32Array, width: number, from: number, to: number) =>
            array.subarray((b * T + from) * width, (b * T + to) * width);
          expect(tokens(second.out, C, 0, changed)).toEqual(tokens(first.out, C, 0, changed));
          expect(tokens(second.out, C, changed, T)).not.toEqual(tokens(first.out, C, changed, T));
          expect(secondBack.dinp).toEqual(firstBack.dinp);
          expect(tokens(secondBack.dinp, 3 * C, changed, T)).toEqual(
            new Float32Array((T - changed) * 3 * C),
          );
        }
      }
    });

    test("one row of the batch never sees another", async () => {
      const sizes = { B: 2, T: 3, C: 4, NH: 2 };
      const inp = random(2 * 3 * 12, 1);
      const first = await run(inp, sizes);
      const other = inp.slice();
      other.set(random(3 * 12, 2, 3), 3 * 12);
      const second = await run(other, sizes);
      expect(second.out.subarray(0, 12)).toEqual(first.out.subarray(0, 12));
      expect(second.out.subarray(12)).not.toEqual(first.out.subarray(12));
    });

    test("a single token answers with its own value", async () => {
      const inp = random(3 * 4, 1);
      const { out, att } = await run(inp, { B: 1, T: 1, C: 4, NH: 2 });
      expect(out).toEqual(inp.subarray(8));
      expect(att).toEqual(Float32Array.of(1, 1));
      const { dinp } = await runBack(Float32Array.of(1, 2, 3, 4), inp, att, {
        B: 1,
        T: 1,
        C: 4,
        NH: 2,
      });
      expect([...dinp]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]); // all of it to v, none to q and k
    });

    test("scores far over 88, where exp overflows in float32, still give weights", async () => {
      // q = 1e18 for each; k = 1e18, -1e18, 1e18: scores of 1e36 either way.
      const inp = Float32Array.of(1e18, 1e18, 7, 1e18, -1e18, 8, 1e18, 1e18, 9);
      const sizes = { B: 1, T: 3, C: 1, NH: 1 };
      const { out, att } = await run(inp, sizes);
      expect([...att]).toEqual([1, 0, 0, 1, 0, 0, 0.5, 0, 0.5]);
      expect([...out]).toEqual([7, 7, 8]);
      const { dinp } = await runBack(Float32Array.of(1, 1, 1), inp, att, sizes);
      expect([2, 5, 8].map((v) => dinp[v])).toEqual([2.5, 0, 0.5]);
      expect(dinp.every(Number.isFinite)).toBe(true);
    });

    test("scores far under -88, where exp is 0 in float32, still give weights", async () => {
      const inp = Float32Array.of(100, -100, 7, 100, -101, 8); // scores -10000, then -10000 and -10100
      const { out, att } = await run(inp, { B: 1, T: 2, C: 1, NH: 1 });
      expectClose("att", att, Float32Array.of(1, 0, 1, 0), forward);
      expectClose("out", out, Float32Array.of(7, 7), forward);
    });

    test("a wrong length, size or number of heads is named, and nothing is written", async () => {
      const [B, T, C, NH] = [2, 3, 4, 2];
      const filled = (length: number) => new Float32Array(length).fill(5);
      const [out, inp] = [filled(B * T * C), filled(B * T * 3 * C)];
      const [preatt, att] = [filled(B * NH * T * T), filled(B * NH * T * T)];
      const forwardOf = (...args: Parameters<typeof attentionForward>) =>
        expect(tier.call("attentionForward", ...args)).rejects;
      await forwardOf(out, preatt, att, filled(71), B, T, C, NH).toThrow(
        "attentionForward: inp has 71 values, expected B*T*3*C = 72",
      );
      await forwardOf(out, preatt, filled(35), inp, B, T, C, NH).toThrow(
        "attentionForward: att has 35 values, expected B*NH*T*T = 36",
      );
      await forwardOf(out, preatt, att, inp, B, T, C, 0).toThrow(
        "attentionForward: NH is 0, expected a positive integer",
      );
      await forwardOf(out, filled(54), filled(54), inp, B, T, C, 3).toThrow(
        "attentionForward: NH is 3, expected a divisor of C = 4: each head takes C/NH channels",
      );
      expect(out).toEqual(filled(B * T * C));
      expect(preatt).toEqual(filled(B * NH * T * T));
      expect(att).toEqual(filled(B * NH * T * T));

      const [dinp, dpreatt, datt, dout] = [inp, preatt, att, out].map((array) => array.slice());
      const backwardOf = (...args: Parameters<typeof attentionBackward>) =>
        expect(tier.call("attentionBackward", ...args)).rejects;
      await backwardOf(dinp, dpreatt, datt, filled(23), inp, att, B, T, C, NH).toThrow(
        "attentionBackward: dout has 23 values, expected B*T*C = 24",
      );
      await backwardOf(dinp, dpreatt, datt, dout, inp, att, 1.5, T, C, NH).toThrow(
        "attentionBackward: B is 1.5, expected a positive integer",
      );
      await backwardOf(dinp, filled(54), filled(54), dout, inp, filled(54), B, T, C, 3).toThrow(
        "attentionBackward: NH is 3, expected a divisor of C = 4: each head takes C/NH channels",
      );
      expect(dinp).toEqual(filled(B * T * 3 * C));
      expect(dpreatt).toEqual(filled(B * NH * T * T));
      expect(datt).toEqual(filled(B * NH * T * T));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  // Two tokens, one channel: the second's weights are the logistic function of 1/3 * (1/5 - 1/7).
  const inp = Float64Array.of(1, 1 / 7, 1, 1 / 3, 1 / 5, 2);
  const [out, preatt, att] = [new Float64Array(2), new Float64Array(4), new Float64Array(4)];
  attentionForward(out, preatt, att, inp, 1, 2, 1, 1);
  const weight = 1 / (1 + Math.exp((1 / 7 - 1 / 5) / 3));
  expect(out[1]).toBeCloseTo(1 - weight + 2 * weight, 14);
  const dinp = new Float64Array(6);
  const [dpreatt, datt] = [new Float64Array(4), new Float64Array(4)];
  attentionBackward(dinp, dpreatt, datt, Float64Array.of(0, 1), inp, att, 1, 2, 1, 1);
  expect(dinp[4]).toBeCloseTo((weight * (1 - weight)) / 3, 14);
});

// Scores of up to some hundreds and thousands. A score is off by up to 6e-8 of itself, and a weight by as much, relatively,
// as its score is absolutely; gradients are sums over weights. Measured: 2e-5 of the largest gradient at scores of 1300, in
// every form alike. Where one token has all the weight, what is left of datt - dattMean is the rounding of two sums that
// cancel: such an element is next to 0, and may be any number of times its exact value.
for (const tier of tiers) {
  test.each(sharp)(
    `gradients at scores of hundreds are as PyTorch has them in float64, case $name, ${tier.name}`,
    async ({ sizes, floats }) => {
      const { B, T, C, NH, largest } = sizes;
      const [inp, dout] = [floats("inp"), floats("dout")];
      const [out, dinp] = [new Float32Array(B * T * C), new Float32Array(B * T * 3 * C)];
      const scores = () => new Float32Array(B * NH * T * T);
      const [preatt, att, dpreatt, datt] = [scores(), scores(), scores(), scores()];
      await tier.call("attentionForward", out, preatt, att, inp, B, T, C, NH);
      await tier.call("attentionBackward", dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
      const peak = (values: Float32Array) => Math.max(...values.map(Math.abs));
      const share = 6e-8 * largest; // by how much a weight may be off
      expectClose("out", out, floats("out"), { atol: share * peak(floats("out")), rtol: 0 });
      expectClose("dinp", dinp, floats("dinp"), { atol: share * peak(floats("dinp")), rtol: 0 });
    },
  );
}
