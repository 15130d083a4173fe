import { attentionBackward, attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionFlashBackward, attentionFlashForward } from "@llm.ts/kernels/attention/flash.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiersWith } from "./tiers.ts";

// Values are of size 1 and stored in float32 (relative spacing 6e-8). lse and the scores reach 100 in the case large_scores:
// the rounding of each, 6e-6, goes through exp into every weight, and from there into every gradient.
const forward = { atol: 5e-6, rtol: 2e-6 };
const backward = { atol: 2e-5, rtol: 2e-5 };
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
  { B: 2, T: 5, C: 24, NH: 2 }, // hs = 12: three fours
];

/** Heads and texts about the edges of tiles of 32 and 64. */
const edges: Sizes[] = [
  { B: 2, T: 31, C: 8, NH: 2 },
  { B: 1, T: 32, C: 64, NH: 1 },
  { B: 1, T: 33, C: 36, NH: 1 }, // one channel block past 32
  { B: 1, T: 65, C: 128, NH: 2 },
  { B: 1, T: 66, C: 70, NH: 1 }, // a head wider than 64, and no multiple of 4
  { B: 1, T: 257, C: 64, NH: 1 },
  { B: 2, T: 96, C: 48, NH: 2 }, // whole tiles and nothing else, of heads that are three eights wide
  { B: 1, T: 65, C: 264, NH: 1 }, // a head wider than tiles take
];

/** The same by the form that keeps the weights, in float64. */
function exactly(inp: Float32Array, dout: Float32Array, { B, T, C, NH }: Sizes) {
  const zeros = (length: number) => new Float64Array(length);
  const [out, dinp] = [zeros(B * T * C), zeros(B * T * 3 * C)];
  const [preatt, att, dpreatt, datt] = Array.from({ length: 4 }, () => zeros(B * NH * T * T));
  attentionForward(out, preatt, att, inp, B, T, C, NH);
  attentionBackward(dinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
  const lse = Float64Array.from({ length: B * NH * T }, (_, row) => {
    const seen = preatt.subarray(row * T, row * T + (row % T) + 1);
    return Math.log(seen.reduce((sum, score) => sum + Math.exp(score), 0));
  });
  return { out, lse, dinp };
}

for (const tier of tiersWith("attentionFlash")) {
  /** Runs the forward pass into arrays full of NaN: all of them must be written. */
  const run = async (inp: Float32Array, { B, T, C, NH }: Sizes) => {
    const out = new Float32Array(B * T * C).fill(NaN);
    const lse = new Float32Array(B * NH * T).fill(NaN);
    await tier.call("attentionFlashForward", out, lse, inp, B, T, C, NH);
    return { out, lse };
  };
  const runBack = async (
    dout: Float32Array,
    inp: Float32Array,
    { out, lse }: { out: Float32Array; lse: Float32Array },
    { B, T, C, NH }: Sizes,
    dinp = new Float32Array(B * T * 3 * C),
  ) => {
    await tier.call("attentionFlashBackward", dinp, dout, out, inp, lse, B, T, C, NH);
    return dinp;
  };

  describe(`attention without the table of weights, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes: { B, T, C, NH }, floats }) => {
        const inp = floats("inp");
        const saved = await run(inp, { B, T, C, NH });
        expectClose("out", saved.out, floats("out"), forward);
        const dinp = await runBack(floats("dout"), inp, saved, { B, T, C, NH });
        expectClose("dinp", dinp, floats("dinp"), backward);
      },
    );

    test.each(awkward)(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C NH=$NH",
      async (sizes) => {
        const { B, T, C, NH } = sizes;
        const inp = random(B * T * 3 * C, 1, 1.5);
        const dout = random(B * T * C, 2);
        const exact = Float64Array.from(inp);
        const out = new Float64Array(B * T * C);
        const lse = new Float64Array(B * NH * T);
        const expected = numericalGradient(exact, () => {
          attentionFlashForward(out, lse, exact, B, T, C, NH);
          return dot(out, dout);
        });

        const before = random(B * T * 3 * C, 3); // what is asked for is `+=`
        const saved = await run(inp, sizes);
        const dinp = await runBack(dout, inp, saved, sizes, before.slice());
        const added = dinp.map((x, i) => x - before[i]);
        expectClose("dinp", added, expected, backward);
      },
    );

    test.each(edges)(
      "agrees with the form that keeps the weights, B=$B T=$T C=$C NH=$NH",
      async (sizes) => {
        const { B, T, C } = sizes;
        const inp = random(B * T * 3 * C, 4, 2);
        const dout = random(B * T * C, 5);
        const before = random(B * T * 3 * C, 6);
        const expected = exactly(inp, dout, sizes);
        const saved = await run(inp, sizes);
        expectClose("out", saved.out, expected.out, forward);
        expectClose("lse", saved.lse, expected.lse, forward);
        const dinp = await runBack(dout, inp, saved, sizes, before.slice());
        const added = dinp.map((x, i) => x - before[i]);
        expectClose("dinp", added, expected.dinp, backward);
      },
    );

    test("the same input gives the same bits", async () => {
      const sizes = { B: 1, T: 65, C: 128, NH: 2 };
      const [inp, dout] = [random(65 * 3 * 128, 1, 2), random(65 * 128, 2)];
      const [first, second] = [await run(inp, sizes), await run(inp, sizes)];
      expect(second).toEqual(first);
      const firstBack = await runBack(dout, inp, first, sizes);
      expect(await runBack(dout, inp, first, sizes)).toEqual(firstBack);
    });

    test.each([
      { B: 2, T: 5, C: 6, NH: 2, from: 1 },
      { B: 2, T: 40, C: 8, NH: 2, from: 29 }, // on both sides of the edge of a tile
      { B: 2, T: 72, C: 16, NH: 2, from: 61 }, // of one that has others before it
    ])(
      "changing a later token of $T changes no earlier output and no gradient of one",
      async (sizes) => {
        const { B, T, C, from } = sizes;
        for (let changed = from; changed < Math.min(T, from + 6); changed++) {
          const inp = random(B * T * 3 * C, 1);
          const dout = random(B * T * C, 2);
          // The loss looks only at tokens before the one that changes.
          for (let b = 0; b < B; b++) dout.fill(0, (b * T + changed) * C, (b + 1) * T * C);
          const first = await run(inp, sizes);
          const firstBack = await runBack(dout, inp, first, sizes);

          const other = inp.slice();
          for (let b = 0; b < B; b++) {
            other.set(random(3 * C, 10 + b, 5), (b * T + changed) * 3 * C);
          }
          const second = await run(other, sizes);
          const secondBack = await runBack(dout, other, second, sizes);

          for (let b = 0; b < B; b++) {
            const tokens = (array: Float32Array, width: number, start: number, end: number) =>
              array.subarray((b * T + start) * width, (b * T + end) * width);
            expect(tokens(second.out, C, 0, changed)).toEqual(tokens(first.out, C, 0, changed));
            expect(tokens(second.out, C, changed, T)).not.toEqual(tokens(first.out, C, changed, T));
            expect(tokens(secondBack, 3 * C, changed, T).every((x) => x === 0)).toBe(true);
          }
          expect(secondBack).toEqual(firstBack);
        }
      },
    );

    test("one row of the batch never sees another", async () => {
      const sizes = { B: 2, T: 3, C: 8, NH: 2 };
      const inp = random(2 * 3 * 24, 1);
      const first = await run(inp, sizes);
      const other = inp.slice();
      other.set(random(3 * 24, 2, 3), 3 * 24);
      const second = await run(other, sizes);
      expect(second.out.subarray(0, 24)).toEqual(first.out.subarray(0, 24));
      expect(second.out.subarray(24)).not.toEqual(first.out.subarray(24));
    });

    test.each([1, 4])("a single token answers with its own value, hs = %i", async (hs) => {
      const sizes = { B: 1, T: 1, C: 2 * hs, NH: 2 };
      const inp = random(6 * hs, 1);
      const saved = await run(inp, sizes);
      expectClose("out", saved.out, inp.subarray(4 * hs), forward);
      const dout = random(2 * hs, 2);
      const dinp = await runBack(dout, inp, saved, sizes);
      const expected = new Float32Array(6 * hs); // all of it to v, none to q and k
      expected.set(dout, 4 * hs);
      expectClose("dinp", dinp, expected, backward);
    });

    test("scores far over 88, where exp overflows in float32, still give weights", async () => {
      // q = 1e18 for each; k = 1e18, -1e18, 1e18: scores of 1e36 either way. Beside such a score lse cannot hold the
      // logarithm of 2, so only the forward pass is exact.
      const inp = Float32Array.of(1e18, 1e18, 7, 1e18, -1e18, 8, 1e18, 1e18, 9);
      const { out, lse } = await run(inp, { B: 1, T: 3, C: 1, NH: 1 });
      expect([...out]).toEqual([7, 7, 8]);
      expectClose("lse", lse, Float32Array.of(1e36, 1e36, 1e36), { atol: 0, rtol: 1e-6 });
    });

    test.each([1, 4])("scores far under -88 still give weights, hs = %i", async (hs) => {
      // Scores -10000, then -10000 and -10100: all of the weight on token 0.
      const scale = Math.sqrt(hs);
      const vector = (x: number) => [x, ...Array(hs - 1).fill(0)];
      const token = (q: number, k: number, v: number) => [
        ...vector(q * scale),
        ...vector(k),
        ...vector(v),
      ];
      const inp = Float32Array.from([...token(100, -100, 7), ...token(100, -101, 8)]);
      const { out, lse } = await run(inp, { B: 1, T: 2, C: hs, NH: 1 });
      expectClose("out", out, Float32Array.from([...vector(7), ...vector(7)]), forward);
      expectClose("lse", lse, Float32Array.of(-10000, -10000), forward);
    });

    test("a wrong length, size or number of heads is named, and nothing is written", async () => {
      const [B, T, C, NH] = [2, 3, 4, 2];
      const filled = (length: number) => new Float32Array(length).fill(5);
      const [out, lse, inp] = [B * T * C, B * NH * T, B * T * 3 * C].map(filled);
      const forwardOf = (...args: Parameters<typeof attentionFlashForward>) =>
        expect(tier.call("attentionFlashForward", ...args)).rejects;
      await forwardOf(out, lse, filled(71), B, T, C, NH).toThrow(
        "attentionFlashForward: inp has 71 values, expected B*T*3*C = 72",
      );
      await forwardOf(out, filled(11), inp, B, T, C, NH).toThrow(
        "attentionFlashForward: lse has 11 values, expected B*NH*T = 12",
      );
      await forwardOf(out, lse, inp, B, T, C, 0).toThrow(
        "attentionFlashForward: NH is 0, expected a positive integer",
      );
      await forwardOf(out, filled(18), inp, B, T, C, 3).toThrow(
        "attentionFlashForward: NH is 3, expected a divisor of C = 4: each head takes C/NH channels",
      );
      expect(out).toEqual(filled(B * T * C));
      expect(lse).toEqual(filled(B * NH * T));

      const [dinp, dout] = [inp.slice(), out.slice()];
      const backwardOf = (...args: Parameters<typeof attentionFlashBackward>) =>
        expect(tier.call("attentionFlashBackward", ...args)).rejects;
      await backwardOf(dinp, filled(23), out, inp, lse, B, T, C, NH).toThrow(
        "attentionFlashBackward: dout has 23 values, expected B*T*C = 24",
      );
      await backwardOf(dinp, dout, out, inp, lse, 1.5, T, C, NH).toThrow(
        "attentionFlashBackward: B is 1.5, expected a positive integer",
      );
      await backwardOf(dinp, dout, out, inp, filled(18), B, T, C, 3).toThrow(
        "attentionFlashBackward: NH is 3, expected a divisor of C = 4: each head takes C/NH channels",
      );
      expect(dinp).toEqual(filled(B * T * 3 * C));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [B, T, C, NH] = [1, 5, 4, 2];
  const inp = Float64Array.from({ length: B * T * 3 * C }, (_, i) => Math.sin(i) / 3);
  const dout = Float64Array.from({ length: B * T * C }, (_, i) => Math.cos(i) / 7);
  const zeros = (length: number) => new Float64Array(length);
  const [out, kept, lse] = [zeros(B * T * C), zeros(B * T * C), zeros(B * NH * T)];
  const [preatt, att, dpreatt, datt] = Array.from({ length: 4 }, () => zeros(B * NH * T * T));
  const [dinp, keptDinp] = [zeros(B * T * 3 * C), zeros(B * T * 3 * C)];
  attentionForward(kept, preatt, att, inp, B, T, C, NH);
  attentionBackward(keptDinp, dpreatt, datt, dout, inp, att, B, T, C, NH);
  attentionFlashForward(out, lse, inp, B, T, C, NH);
  attentionFlashBackward(dinp, dout, out, inp, lse, B, T, C, NH);
  expectClose("out", out, kept, { atol: 1e-15, rtol: 1e-14 });
  expectClose("dinp", dinp, keptDinp, { atol: 1e-15, rtol: 1e-14 });
});

// Scores of up to some hundreds and thousands. A score is off by up to 6e-8 of itself, and a weight by as much, relatively,
// as its score is absolutely; gradients are sums over weights. Measured: 2e-5 of the largest gradient at scores of 1300, in
// every form alike. Where one token has all the weight, what is left of datt - dattMean is the rounding of two sums that
// cancel: such an element is next to 0, and may be any number of times its exact value.
for (const tier of tiersWith("attentionFlash")) {
  test.each(sharp)(
    `gradients at scores of hundreds are as PyTorch has them in float64, case $name, ${tier.name}`,
    async ({ sizes, floats }) => {
      const { B, T, C, NH, largest } = sizes;
      const [inp, dout] = [floats("inp"), floats("dout")];
      const [out, dinp] = [new Float32Array(B * T * C), new Float32Array(B * T * 3 * C)];
      const lse = new Float32Array(B * NH * T);
      await tier.call("attentionFlashForward", out, lse, inp, B, T, C, NH);
      await tier.call("attentionFlashBackward", dinp, dout, out, inp, lse, B, T, C, NH);
      const peak = (values: Float32Array) => Math.max(...values.map(Math.abs));
      const share = 6e-8 * largest; // by how much a weight may be off
      expectClose("out", out, floats("out"), { atol: share * peak(floats("out")), rtol: 0 });
      expectClose("dinp", dinp, floats("dinp"), { atol: share * peak(floats("dinp")), rtol: 0 });
    },
  );
}
