import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { type Case, loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiersWith } from "./tiers.ts";

// Values are of size 1 to 10 and stored in float32 (relative spacing 6e-8); sums run over at most 96 products, and
// PyTorch sums them in float32.
const forward = { atol: 2e-6, rtol: 2e-6 };
const backward = { atol: 5e-6, rtol: 5e-6 };
const cases = await loadReference("matmul");
const biasOf = ({ name, floats }: Case) => (name === "no_bias" ? null : floats("bias"));
const added = (after: Float32Array, before: Float32Array) => after.map((x, i) => x - before[i]);

/** The three products and the sums of dout's columns, in float64, from the definitions. */
function products(
  inp: Float32Array,
  weight: Float32Array,
  dout: Float32Array,
  [T, C, OC]: readonly [number, number, number],
) {
  const out = new Float64Array(T * OC);
  const dinp = new Float64Array(T * C);
  const dweight = new Float64Array(OC * C);
  const dbias = new Float64Array(OC);
  for (let t = 0; t < T; t++) {
    for (let o = 0; o < OC; o++) {
      dbias[o] += dout[t * OC + o];
      for (let i = 0; i < C; i++) {
        out[t * OC + o] += inp[t * C + i] * weight[o * C + i];
        dinp[t * C + i] += dout[t * OC + o] * weight[o * C + i];
        dweight[o * C + i] += dout[t * OC + o] * inp[t * C + i];
      }
    }
  }
  return { out, dinp, dweight, dbias };
}

for (const tier of tiersWith("matmul")) {
  describe(`matmul, ${tier.name}`, () => {
    test.each(cases)("forward and backward agree with PyTorch, case $name", async (reference) => {
      const { sizes, floats } = reference;
      const { B, T, C, OC } = sizes;
      const [inp, weight, bias] = [floats("inp"), floats("weight"), biasOf(reference)];
      const out = new Float32Array(B * T * OC).fill(NaN); // all of it must be written
      await tier.call("matmulForward", out, inp, weight, bias, B, T, C, OC);
      expectClose("out", out, floats("out"), forward);

      const dinp = new Float32Array(B * T * C);
      const dweight = new Float32Array(OC * C);
      const dbias = bias && new Float32Array(OC);
      const dout = floats("dout");
      await tier.call("matmulBackward", dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
      expectClose("dinp", dinp, floats("dinp"), backward);
      expectClose("dweight", dweight, floats("dweight"), backward);
      if (dbias) expectClose("dbias", dbias, floats("dbias"), backward);
    });

    test.each([
      { B: 2, T: 3, C: 5, OC: 3 },
      { B: 1, T: 1, C: 37, OC: 2 },
      { B: 3, T: 1, C: 1, OC: 5 },
      { B: 1, T: 5, C: 2, OC: 1 },
      { B: 1, T: 4, C: 8, OC: 4 }, // whole tiles only
      { B: 1, T: 5, C: 9, OC: 5 }, // one row and one column past a tile
      { B: 1, T: 7, C: 10, OC: 6 },
      { B: 3, T: 3, C: 7, OC: 11 }, // one row past, one column short
    ])(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C OC=$OC",
      async ({ B, T, C, OC }) => {
        const inp = random(B * T * C, 1, 2, 0.5);
        const weight = random(OC * C, 2);
        const dout = random(B * T * OC, 4);

        const exact = {
          inp: Float64Array.from(inp),
          weight: Float64Array.from(weight),
          bias: Float64Array.from(random(OC, 3)),
        };
        const out = new Float64Array(B * T * OC);
        const loss = () => {
          matmulForward(out, exact.inp, exact.weight, exact.bias, B, T, C, OC);
          return dot(out, dout);
        };
        const expected = {
          dinp: numericalGradient(exact.inp, loss),
          dweight: numericalGradient(exact.weight, loss),
          dbias: numericalGradient(exact.bias, loss),
        };

        // The gradients begin at other values than 0: what is asked for is `+=`.
        const before = {
          dinp: random(B * T * C, 5),
          dweight: random(OC * C, 6),
          dbias: random(OC, 7),
        };
        const dinp = before.dinp.slice();
        const dweight = before.dweight.slice();
        const dbias = before.dbias.slice();
        await tier.call("matmulBackward", dinp, dweight, dbias, dout, inp, weight, B, T, C, OC);
        expectClose("dinp", added(dinp, before.dinp), expected.dinp, backward);
        expectClose("dweight", added(dweight, before.dweight), expected.dweight, backward);
        expectClose("dbias", added(dbias, before.dbias), expected.dbias, backward);
      },
    );

    test.each([
      { T: 2, C: 4099, OC: 5, deep: "out" },
      { T: 3, C: 5, OC: 4099, deep: "dinp" },
      { T: 4099, C: 5, OC: 2, deep: "dweight" },
    ])("$deep is right where it sums 4099 products each", async ({ T, C, OC }) => {
      const [inp, weight, dout] = [random(T * C, 1), random(OC * C, 2), random(T * OC, 3)];
      const out = new Float32Array(T * OC);
      const dinp = new Float32Array(T * C);
      const dweight = new Float32Array(OC * C);
      await tier.call("matmulForward", out, inp, weight, null, 1, T, C, OC);
      await tier.call("matmulBackward", dinp, dweight, null, dout, inp, weight, 1, T, C, OC);

      const expected = products(inp, weight, dout, [T, C, OC]);
      // Sums of 4099 products of size 1 reach 100 by chance, and a tier may keep them in float32.
      const deep = { atol: 1e-4, rtol: 1e-5 };
      expectClose("out", out, expected.out, deep);
      expectClose("dinp", dinp, expected.dinp, deep);
      expectClose("dweight", dweight, expected.dweight, deep);
    });

    test.each([
      { T: 70, C: 36, OC: 68 }, // multiples of 4, as some forms need, and of no tile
      { T: 5, C: 4, OC: 4 }, // within one tile
      { T: 64, C: 64, OC: 128 }, // whole tiles
      { T: 33, C: 100, OC: 36 },
      { T: 6, C: 260, OC: 132 }, // a weight of 137,280 bytes: cut in three where 128 KiB may be bound
      { T: 70, C: 38, OC: 66 }, // no multiples of 4
    ])(
      "all products are right, T=$T C=$C OC=$OC, and gradients are added",
      async ({ T, C, OC }) => {
        const [inp, weight, bias] = [random(T * C, 1), random(OC * C, 2), random(OC, 3)];
        const dout = random(T * OC, 4);
        const expected = products(inp, weight, dout, [T, C, OC]);
        const out = new Float32Array(T * OC).fill(NaN);
        await tier.call("matmulForward", out, inp, weight, bias, 1, T, C, OC);
        const withBias = expected.out.map((x, i) => x + bias[i % OC]);
        const many = { atol: 1e-5, rtol: 5e-6 }; // sums of up to 260 products, in float32 in some tiers
        expectClose("out", out, withBias, many);
        await tier.call("matmulForward", out.fill(NaN), inp, weight, null, 1, T, C, OC);
        expectClose("out without bias", out, expected.out, many);

        const before = [T * C, OC * C, OC].map((length, i) => random(length, 5 + i));
        const [dinp, dweight, dbias] = before.map((array) => array.slice());
        await tier.call("matmulBackward", dinp, dweight, dbias, dout, inp, weight, 1, T, C, OC);
        expectClose("dinp", added(dinp, before[0]), expected.dinp, many);
        expectClose("dweight", added(dweight, before[1]), expected.dweight, many);
        expectClose("dbias", added(dbias, before[2]), expected.dbias, many);
      },
    );

    test.each([
      [3, 5, 5], // a column past a tile: its empty places must reach no other row
      [5, 8, 8], // a row past a block of 4
    ])("a NaN in one row of inp stays in that row of out, T=%i C=%i OC=%i", async (T, C, OC) => {
      const [inp, weight, bias] = [random(T * C, 1), random(OC * C, 2), random(OC, 3)];
      const sound = new Float32Array(T * OC);
      await tier.call("matmulForward", sound, inp, weight, bias, 1, T, C, OC);
      inp[1 * C + 2] = NaN;
      const out = new Float32Array(T * OC);
      await tier.call("matmulForward", out, inp, weight, bias, 1, T, C, OC);
      expect(out.subarray(0, OC)).toEqual(sound.subarray(0, OC));
      expect(out.subarray(OC, 2 * OC)).toEqual(new Float32Array(OC).fill(NaN));
      expect(out.subarray(2 * OC)).toEqual(sound.subarray(2 * OC));
    });

    test("a wrong length or size is named, and nothing is written", async () => {
      const [B, T, C, OC] = [2, 3, 4, 5];
      const filled = (length: number) => new Float32Array(length).fill(5);
      const [out, inp, weight, bias] = [B * T * OC, B * T * C, OC * C, OC].map(filled);

      const short = filled(19);
      const forwardOf = (...args: Parameters<typeof matmulForward>) =>
        expect(tier.call("matmulForward", ...args)).rejects;
      await forwardOf(out, inp, short, bias, B, T, C, OC).toThrow(
        "matmulForward: weight has 19 values, expected OC*C = 20",
      );
      await forwardOf(out, inp, weight, short, B, T, C, OC).toThrow(
        "matmulForward: bias has 19 values, expected OC = 5",
      );
      await forwardOf(out, short, weight, null, B, T, C, OC).toThrow(
        "matmulForward: inp has 19 values, expected B*T*C = 24",
      );
      await forwardOf(out, inp, weight, bias, B, 0, C, OC).toThrow(
        "matmulForward: T is 0, expected a positive integer",
      );
      await forwardOf(out, inp, weight, bias, B, T, C, 2.5).toThrow(
        "matmulForward: OC is 2.5, expected a positive integer",
      );
      expect(out).toEqual(filled(B * T * OC));

      const [dinp, dweight, dbias, dout] = [inp, weight, bias, out].map((a) => a.slice());
      const backwardOf = (...args: Parameters<typeof matmulBackward>) =>
        expect(tier.call("matmulBackward", ...args)).rejects;
      await backwardOf(dinp, dweight, short, dout, inp, weight, B, T, C, OC).toThrow(
        "matmulBackward: dbias has 19 values, expected OC = 5",
      );
      await backwardOf(dinp, dweight, dbias, short, inp, weight, B, T, C, OC).toThrow(
        "matmulBackward: dout has 19 values, expected B*T*OC = 30",
      );
      await backwardOf(dinp, dweight, dbias, dout, inp, weight, B, T, -4, OC).toThrow(
        "matmulBackward: C is -4, expected a positive integer",
      );
      expect(dinp).toEqual(filled(B * T * C));
      expect(dweight).toEqual(filled(OC * C));
      expect(dbias).toEqual(filled(OC));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const [inp, weight] = [Float64Array.of(1 / 3, 1), Float64Array.of(1 / 7, 1e-12)];
  const out = new Float64Array(1);
  matmulForward(out, inp, weight, null, 1, 1, 2, 1);
  expect(out[0]).toBeCloseTo(1 / 21 + 1e-12, 16);
  const [dinp, dweight] = [new Float64Array(2), new Float64Array(2)];
  matmulBackward(dinp, dweight, null, Float64Array.of(1), inp, weight, 1, 1, 2, 1);
  expect([dinp, dweight]).toEqual([weight, inp]);
});
