import {
  crossentropyBackward,
  crossentropyForward,
  crossentropyMean,
  crossentropySoftmaxBackward,
  crossentropySoftmaxFused,
} from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random, randomIds } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// A logarithm of one float32 number, or of a sum of up to 1000 that PyTorch forms in float32; losses are up to 15.
const forward = { atol: 1e-6, rtol: 2e-6 };
// Probabilities at most 1, less 1, times dloss, at most 1.5; or one quotient of float32 numbers, good to 1e-7 of itself.
const backward = { atol: 1e-6, rtol: 2e-6 };
const cases = await loadReference("crossentropy");
// Losses from 300 down to 1e-9, from logits that are all exact: exp and log of float32 numbers, good to some last places
// of themselves. A loss that has been rounded beside a 1 would be wrong by 6e-8, whatever its own size.
const sure = { atol: 0, rtol: 2e-5 };
const sureCases = await loadReference("crossentropy-sure");
const awkward = [
  { B: 2, T: 3, V: 5, Vp: 8 },
  { B: 1, T: 1, V: 37, Vp: 37 },
  { B: 3, T: 1, V: 50, Vp: 128 },
  { B: 1, T: 4, V: 1, Vp: 2 },
];

for (const tier of tiers) {
  describe(`crossentropy, ${tier.name}`, () => {
    describe.each(cases)("agrees with PyTorch, case $name", ({ sizes, floats, ints }) => {
      const { B, T, V, Vp } = sizes;
      const [targets, dlosses, probs] = [ints("targets"), floats("dlosses"), floats("probs")];

      test("losses and dprobs from probabilities", async () => {
        const losses = new Float32Array(B * T);
        await tier.call("crossentropyForward", losses, probs, targets, B, T, Vp);
        expectClose("losses", losses, floats("losses"), forward);

        const dprobs = new Float32Array(B * T * Vp);
        await tier.call("crossentropyBackward", dprobs, dlosses, probs, targets, B, T, Vp);
        expectClose("dprobs", dprobs, floats("dprobs"), backward);
      });

      test("dlogits from probabilities", async () => {
        const dlogits = new Float32Array(B * T * Vp);
        const sizes = [B, T, V, Vp];
        await tier.call("crossentropySoftmaxBackward", dlogits, dlosses, probs, targets, ...sizes);
        expectClose("dlogits", dlogits, floats("dlogits"), backward);
      });

      test("losses and dlogits from logits, fused", async () => {
        const logits = floats("logits");
        const losses = new Float32Array(B * T).fill(7);
        await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, B, T, V, Vp);
        expectClose("losses", losses, floats("losses"), forward);
        expectClose("dlogits", logits, floats("dlogits"), backward);
      });

      test("the mean loss", async () => {
        const mean = Float32Array.of(7);
        await tier.call("crossentropyMean", mean, floats("losses"), B * T);
        expectClose("mean", mean, floats("mean"), forward);
      });
    });

    test.each(sureCases)(
      "losses from 300 down to 1e-9 keep their digits, and so do their gradients, case $name",
      async ({ sizes, floats, ints }) => {
        const { B, T, V, Vp } = sizes;
        const [logits, losses] = [floats("logits"), new Float32Array(B * T)];
        const [dlosses, targets] = [floats("dlosses"), ints("targets")];
        await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, B, T, V, Vp);
        expectClose("losses", losses, floats("losses"), sure);
        const expected = floats("dlogits");
        const tiny = logits.map((x, i) => (Math.abs(expected[i]) < 1e-30 ? expected[i] : x)); // may have become 0
        expectClose("dlogits", tiny, expected, sure);
      },
    );

    test.each([3, 4, 301, 304])(
      "fused, minus infinity among the logits is a token that cannot be, Vp=%i; a row without others, or with plus infinity, is NaN, as in PyTorch",
      async (Vp) => {
        const V = Vp === 4 ? 3 : Math.min(Vp, 301);
        const logits = new Float32Array(4 * Vp).fill(-Infinity);
        logits[V - 1] = 3; // the only token of row 0, and its target
        logits[Vp] = 2; // the only token of row 1, which has another target
        logits.fill(0, 3 * Vp, 3 * Vp + V);
        logits[3 * Vp + 1] = Infinity;
        const [losses, dlosses] = [new Float32Array(4), new Float32Array(4).fill(1)];
        const targets = Int32Array.of(V - 1, V - 1, 0, 0);
        const sizes = [1, 4, V, Vp];
        await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, ...sizes);
        expect([...losses]).toEqual([0, Infinity, NaN, NaN]);
        const row = (bt: number) => [...logits.subarray(bt * Vp, bt * Vp + V)].map((x) => x + 0); // -0 is 0
        const zeros = Array<number>(V).fill(0);
        expect(row(0)).toEqual(zeros);
        expect(row(1)).toEqual([1, ...zeros.slice(2), -1]);
        expect(row(2)).toEqual(zeros.map(() => NaN));
        expect(row(3)).toEqual(zeros.map(() => NaN));
      },
    );

    test.each(awkward)(
      "dprobs and dlogits are what finite differences in float64 say, added, B=$B T=$T V=$V Vp=$Vp",
      async ({ B, T, V, Vp }) => {
        const targets = randomIds(B * T, 1, V);
        const dlosses = random(B * T, 2, 0.5, 1);
        const probs = random(B * T * Vp, 3, 0.4, 0.5); // need not sum to 1: each is moved by itself

        const exact = Float64Array.from(probs);
        const losses = new Float64Array(B * T);
        const expected = numericalGradient(exact, () => {
          crossentropyForward(losses, exact, targets, B, T, Vp);
          return dot(losses, dlosses);
        });

        // The gradient begins at other values than 0: what is asked for is `+=`.
        const before = random(B * T * Vp, 4);
        const dprobs = before.slice();
        await tier.call("crossentropyBackward", dprobs, dlosses, probs, targets, B, T, Vp);
        const added = dprobs.map((x, i) => x - before[i]);
        expectClose("dprobs", added, expected, backward);
      },
    );

    test.each(awkward)(
      "dlogits through softmax are what finite differences in float64 say, B=$B T=$T V=$V Vp=$Vp",
      async ({ B, T, V, Vp }) => {
        const targets = randomIds(B * T, 1, V);
        const dlosses = random(B * T, 2, 0.5, 1);
        const logits = random(B * T * Vp, 3, 4);

        // The loss by its definition, from the logits: no kernel is needed to say what the gradient must be.
        const exact = Float64Array.from(logits);
        const probs = new Float32Array(B * T * Vp).fill(Number.NaN); // what is padding stays so
        const expected = numericalGradient(exact, () => {
          let loss = 0;
          for (let bt = 0; bt < B * T; bt++) {
            const powers = exact.subarray(bt * Vp, bt * Vp + V).map(Math.exp);
            const sum = powers.reduce((a, b) => a + b);
            probs.set(
              powers.map((e) => e / sum),
              bt * Vp,
            );
            loss -= Math.log(powers[targets[bt]] / sum) * dlosses[bt];
          }
          return loss;
        });

        const before = random(B * T * Vp, 4);
        const dlogits = before.slice();
        const sizes = [B, T, V, Vp];
        await tier.call("crossentropySoftmaxBackward", dlogits, dlosses, probs, targets, ...sizes);
        const added = dlogits.map((x, i) => x - before[i]);
        expectClose("dlogits added", added, expected, backward);

        const losses = new Float32Array(B * T);
        await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, ...sizes);
        expectClose("dlogits written", logits, expected, backward);
        for (let i = 0; i < B * T * Vp; i++) {
          if (i % Vp < V) continue;
          expect(dlogits[i], `padding at ${i}`).toBe(before[i]);
          expect(logits[i], `padding at ${i}`).toBe(0);
        }
      },
    );

    test.each([0, -1e30, 3e38])(
      "a row of equal logits costs log(V), whatever stands in the padding, logits %d",
      async (logit) => {
        const [V, Vp] = [50, 128];
        const logits = new Float32Array(Vp).fill(logit, 0, V).fill(Number.NaN, V);
        const losses = new Float32Array(1);
        const one = Float32Array.of(1);
        const targets = Int32Array.of(V - 1);
        await tier.call("crossentropySoftmaxFused", logits, losses, one, targets, 1, 1, V, Vp);
        expect(losses[0]).toBeCloseTo(Math.log(V), 5);
        const expected = new Float32Array(Vp).fill(1 / V, 0, V);
        expected[V - 1] -= 1;
        expectClose("dlogits", logits, expected, backward);
      },
    );

    test("a target of probability 0 costs Infinity from probabilities, but a finite loss fused", async () => {
      const losses = new Float32Array(1);
      const targets = Int32Array.of(1);
      await tier.call("crossentropyForward", losses, Float32Array.of(1, 0), targets, 1, 1, 2);
      expect(losses[0]).toBe(Infinity);

      const logits = Float32Array.of(1e30, -1e30, -3e38);
      const one = Float32Array.of(1);
      await tier.call("crossentropySoftmaxFused", logits, losses, one, targets, 1, 1, 3, 3);
      expect(losses[0]).toBe(Math.fround(2e30));
      expect(logits).toEqual(Float32Array.of(1, -1, 0));
    });

    test("a NaN among the probabilities shows in the loss of its row", async () => {
      const losses = new Float32Array(2);
      const probs = Float32Array.of(0.5, NaN, 0.5, 0.5);
      await tier.call("crossentropyForward", losses, probs, Int32Array.of(1, 1), 1, 2, 2);
      expect(losses[0]).toBeNaN();
      expect(losses[1]).toBeCloseTo(Math.log(2), 6);
    });

    test.each([
      { at: 0, Vp: 302 },
      { at: 299, Vp: 302 },
      { at: 0, Vp: 304 },
      { at: 150, Vp: 304 },
      { at: 299, Vp: 304 },
    ])("fused, a NaN at $at shows in its row and in no other, Vp=$Vp", async ({ at, Vp }) => {
      const V = 300;
      const logits = random(2 * Vp, 1, 3);
      logits[at] = NaN;
      const [losses, dlosses] = [new Float32Array(2), Float32Array.of(1, 1)];
      const targets = Int32Array.of(2, 2);
      await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, 1, 2, V, Vp);
      expect([...losses].map(Number.isNaN)).toEqual([true, false]);
      expect([...logits].map(Number.isNaN)).toEqual([...logits].map((_, i) => i < V));
    });

    test("rows as long as GPT-2's, with the target among the last tokens, fused", async () => {
      const [V, Vp] = [50257, 50304];
      const logits = random(2 * Vp, 1, 10);
      const targets = Int32Array.of(0, V - 1);
      const dlosses = Float32Array.of(0.5, 1.5);
      const expected = new Float64Array(2 * Vp);
      const expectedLosses = new Float64Array(2);
      for (const [bt, target] of targets.entries()) {
        const powers = Float64Array.from(logits.subarray(bt * Vp, bt * Vp + V), Math.exp);
        const sum = powers.reduce((a, b) => a + b);
        for (let i = 0; i < V; i++) expected[bt * Vp + i] = (powers[i] / sum) * dlosses[bt];
        expected[bt * Vp + target] -= dlosses[bt];
        expectedLosses[bt] = -Math.log(powers[target] / sum);
      }
      const losses = new Float32Array(2);
      await tier.call("crossentropySoftmaxFused", logits, losses, dlosses, targets, 1, 2, V, Vp);
      expectClose("losses", losses, expectedLosses, forward);
      expectClose("dlogits", logits, expected, { atol: 1e-9, rtol: 1e-5 }); // most are about 1e-5 or less
    });

    test("rows run a few at a time give the same bits as all at once", async () => {
      const [B, T, V, Vp] = [1, 6, 50, 64];
      const logits = random(B * T * Vp, 1, 5);
      const dlosses = random(B * T, 2, 0.5, 1);
      const targets = randomIds(B * T, 3, V);
      const whole = logits.slice();
      const losses = new Float32Array(B * T);
      await tier.call("crossentropySoftmaxFused", whole, losses, dlosses, targets, B, T, V, Vp);

      for (const [first, end] of [
        [0, 4],
        [4, 6],
      ]) {
        const part = logits.slice(first * Vp, end * Vp);
        const partLosses = new Float32Array(end - first);
        const [d, t] = [dlosses.slice(first, end), targets.slice(first, end)];
        const sizes = [1, end - first, V, Vp];
        await tier.call("crossentropySoftmaxFused", part, partLosses, d, t, ...sizes);
        expect(part).toEqual(whole.slice(first * Vp, end * Vp));
        expect(partLosses).toEqual(losses.slice(first, end));
      }
    });

    test("bad input is named, and nothing is written", async () => {
      const [B, T, V, Vp] = [2, 3, 5, 8];
      const written = new Float32Array(48).fill(5);
      const losses = new Float32Array(6).fill(5);
      const [a1, a5, a6, a48] = [1, 5, 6, 48].map((length) => new Float32Array(length));
      const ids = new Int32Array(6);
      const padding = Int32Array.of(0, 1, 2, 5, 4, 4); // 5 is a column, but not a token
      const beyond = Int32Array.of(0, 1, 2, 3, 4, 8); // 8 is not even a column
      const negative = Int32Array.of(-1, 0, 0, 0, 0, 0);
      type Arguments = Parameters<typeof tier.call>;
      const calls: [call: Arguments, message: string][] = [
        [
          ["crossentropyForward", losses, a6, ids, B, T, Vp],
          "probs has 6 values, expected B*T*Vp = 48",
        ],
        [
          ["crossentropyForward", losses, a48, ids, B, 0, Vp],
          "T is 0, expected a positive integer",
        ],
        [
          ["crossentropyForward", losses, a48, beyond, B, T, Vp],
          "targets[5] is 8, expected a token id from 0 to 7",
        ],
        [
          ["crossentropyBackward", written, a5, a48, ids, B, T, Vp],
          "dlosses has 5 values, expected B*T = 6",
        ],
        [
          ["crossentropyBackward", written, a6, a48, beyond, B, T, Vp],
          "targets[5] is 8, expected a token id from 0 to 7",
        ],
        [
          ["crossentropySoftmaxBackward", written, a6, a6, ids, B, T, V, Vp],
          "probs has 6 values, expected B*T*Vp = 48",
        ],
        [
          ["crossentropySoftmaxBackward", written, a6, a48, ids, B, T, 9, Vp],
          "V is 9, expected at most Vp = 8",
        ],
        [
          ["crossentropySoftmaxBackward", written, a6, a48, padding, B, T, V, Vp],
          "targets[3] is 5, expected a token id from 0 to 4",
        ],
        [
          ["crossentropySoftmaxFused", written, a5, a6, ids, B, T, V, Vp],
          "losses has 5 values, expected B*T = 6",
        ],
        [
          ["crossentropySoftmaxFused", written, losses, a6, ids, B, T, 9, Vp],
          "V is 9, expected at most Vp = 8",
        ],
        [
          ["crossentropySoftmaxFused", written, losses, a6, padding, B, T, V, Vp],
          "targets[3] is 5, expected a token id from 0 to 4",
        ],
        [
          ["crossentropySoftmaxFused", written, losses, a6, negative, B, T, V, Vp],
          "targets[0] is -1, expected a token id from 0 to 4",
        ],
        [["crossentropyMean", losses, a6, 6], "mean has 6 values, expected 1 = 1"],
        [["crossentropyMean", a1, a6, 5], "losses has 6 values, expected N = 5"],
      ];
      for (const [call, message] of calls) {
        await expect(tier.call(...call), message).rejects.toThrow(`${call[0]}: ${message}`);
      }
      expect(written).toEqual(new Float32Array(48).fill(5));
      expect(losses).toEqual(new Float32Array(6).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [losses, one] = [new Float64Array(1), Float64Array.of(1)];
  const targets = Int32Array.of(0);
  const probs = Float64Array.of(0.3, 0.7);
  crossentropyForward(losses, probs, targets, 1, 1, 2);
  expect(losses[0]).toBeCloseTo(-Math.log(0.3), 15);

  const dprobs = new Float64Array(2);
  crossentropyBackward(dprobs, one, probs, targets, 1, 1, 2);
  expect(dprobs[0]).toBeCloseTo(-1 / 0.3, 14);
  const dlogits = new Float64Array(2);
  crossentropySoftmaxBackward(dlogits, one, probs, targets, 1, 1, 2, 2);
  expect(dlogits[0]).toBeCloseTo(-0.7, 15);

  const logits = probs.map(Math.log);
  crossentropySoftmaxFused(logits, losses, one, targets, 1, 1, 2, 2);
  expect(losses[0]).toBeCloseTo(-Math.log(0.3), 15);
  expect(logits[0]).toBeCloseTo(-0.7, 15);
  expect(logits[1]).toBeCloseTo(0.7, 15);

  crossentropyMean(losses, Float64Array.of(1, 2, 4), 3);
  expect(losses[0]).toBeCloseTo(7 / 3, 15);
});
