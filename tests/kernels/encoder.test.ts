import { encoderBackward, encoderForward } from "@llm.ts/kernels/encoder/encoder.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random, randomIds } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// One addition of two float32 numbers, rounded once: the same bits as PyTorch's.
const forward = { atol: 0, rtol: 0 };
// Sums of up to 64 float32 numbers of size 1, rounded after each; taking off what was there before costs as much again.
const backward = { atol: 1e-5, rtol: 1e-5 };
const cases = await loadReference("encoder");

for (const tier of tiers) {
  describe(`encoder, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes, floats, ints }) => {
        const { B, T, C, V, maxT } = sizes;
        const inp = ints("inp");
        const out = new Float32Array(B * T * C);
        await tier.call("encoderForward", out, inp, floats("wte"), floats("wpe"), B, T, C);
        expectClose("out", out, floats("out"), forward);

        const dwte = new Float32Array(V * C);
        const dwpe = new Float32Array(maxT * C);
        await tier.call("encoderBackward", dwte, dwpe, floats("dout"), inp, B, T, C);
        expectClose("dwte", dwte, floats("dwte"), backward);
        expectClose("dwpe", dwpe, floats("dwpe"), backward);
      },
    );

    test.each([
      { B: 2, T: 3, C: 5, V: 4, maxT: 7 },
      { B: 1, T: 1, C: 37, V: 3, maxT: 1 },
      { B: 3, T: 1, C: 2, V: 1, maxT: 2 },
      { B: 1, T: 6, C: 1, V: 2, maxT: 6 },
    ])(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C V=$V maxT=$maxT",
      async ({ B, T, C, V, maxT }) => {
        const inp = randomIds(B * T, 1, V);
        const dout = random(B * T * C, 2);

        const exact = {
          wte: Float64Array.from(random(V * C, 3)),
          wpe: Float64Array.from(random(maxT * C, 4)),
        };
        const out = new Float64Array(B * T * C);
        const loss = () => {
          encoderForward(out, inp, exact.wte, exact.wpe, B, T, C);
          return dot(out, dout);
        };
        const expected = {
          dwte: numericalGradient(exact.wte, loss),
          dwpe: numericalGradient(exact.wpe, loss),
        };

        // The gradients begin at other values than 0: what is asked for is `+=`.
        const before = { dwte: random(V * C, 5), dwpe: random(maxT * C, 6) };
        const dwte = before.dwte.slice();
        const dwpe = before.dwpe.slice();
        await tier.call("encoderBackward", dwte, dwpe, dout, inp, B, T, C);
        const added = (after: Float32Array, start: Float32Array) =>
          after.map((x, i) => x - start[i]);
        expectClose("dwte", added(dwte, before.dwte), expected.dwte, backward);
        expectClose("dwpe", added(dwpe, before.dwpe), expected.dwpe, backward);
      },
    );

    test("the same token at another position, and at the same position of another sequence", async () => {
      const wte = Float32Array.of(1, 2, 3, 4, 5, 6); // V = 3, C = 2
      const wpe = Float32Array.of(10, 20, 30, 40, 50, 60); // maxT = 3, of which T = 2 are used
      const inp = Int32Array.of(2, 2, 2, 0);
      const out = new Float32Array(8);
      await tier.call("encoderForward", out, inp, wte, wpe, 2, 2, 2);
      expect(out).toEqual(Float32Array.of(15, 26, 35, 46, 15, 26, 31, 42));

      const dwte = new Float32Array(6);
      const dwpe = new Float32Array(6);
      const dout = Float32Array.of(1, 2, 4, 8, 16, 32, 64, 128);
      await tier.call("encoderBackward", dwte, dwpe, dout, inp, 2, 2, 2);
      expect(dwte).toEqual(Float32Array.of(64, 128, 0, 0, 1 + 4 + 16, 2 + 8 + 32));
      expect(dwpe).toEqual(Float32Array.of(1 + 16, 2 + 32, 4 + 64, 8 + 128, 0, 0));
    });

    describe("bad input is named, and nothing is written", () => {
      const [B, T, C, V, maxT] = [2, 3, 5, 4, 8];
      const bad: { what: string; message: string; size?: object; change?: object }[] = [
        {
          what: "a size that is not whole",
          size: { T: 1.5 },
          message: "T is 1.5, expected a positive integer",
        },
        {
          what: "too few ids",
          change: { inp: new Int32Array(5) },
          message: "inp has 5 values, expected B*T = 6",
        },
        {
          what: "an id past the last token",
          change: { inp: Int32Array.of(0, 1, 2, 3, 4, 0) },
          message: "inp[4] is 4, expected a token id from 0 to 3",
        },
        {
          what: "a negative id",
          change: { inp: Int32Array.of(0, 1, 2, 3, 3, -1) },
          message: "inp[5] is -1, expected a token id from 0 to 3",
        },
        {
          what: "a wte with part of a row",
          change: { wte: new Float32Array(22) },
          message: "wte has 22 values, expected rows of C = 5 values",
        },
        {
          what: "an empty wte",
          change: { wte: new Float32Array(0) },
          message: "wte has 0 values, expected rows of C = 5 values",
        },
        {
          what: "a wpe with part of a row",
          change: { wpe: new Float32Array(39) },
          message: "wpe has 39 values, expected rows of C = 5 values",
        },
        {
          what: "a wpe with too few positions",
          change: { wpe: new Float32Array(10) },
          message: "T is 3, but wpe has only 2 positions",
        },
      ];

      test.each(bad)("forward: $what", async ({ size, change, message }) => {
        const s = { B, T, C, ...size };
        const a = {
          out: new Float32Array(B * T * C).fill(7),
          inp: randomIds(B * T, 1, V),
          wte: random(V * C, 2),
          wpe: random(maxT * C, 3),
          ...change,
        };
        await expect(
          tier.call("encoderForward", a.out, a.inp, a.wte, a.wpe, s.B, s.T, s.C),
        ).rejects.toThrow(`encoderForward: ${message}`);
        expect(a.out).toEqual(new Float32Array(B * T * C).fill(7));
      });

      test.each(bad)("backward: $what", async ({ size, change, message }) => {
        const s = { B, T, C, ...size };
        const a = {
          inp: randomIds(B * T, 1, V),
          wte: random(V * C, 2),
          wpe: random(maxT * C, 3),
          ...change,
        };
        const dwte = a.wte.slice();
        const dwpe = a.wpe.slice();
        const dout = random(B * T * C, 4);
        await expect(
          tier.call("encoderBackward", dwte, dwpe, dout, a.inp, s.B, s.T, s.C),
        ).rejects.toThrow(`encoderBackward: ${message.replace(/\b(wte|wpe)\b/, "d$1")}`);
        expect(dwte).toEqual(a.wte);
        expect(dwpe).toEqual(a.wpe);
      });
    });
  });
}

test("a table that is missing is named", () => {
  const [out, inp] = [new Float32Array(2), new Int32Array(1)];
  const missing = undefined as unknown as Float32Array;
  expect(() => encoderForward(out, inp, missing, out, 1, 1, 2)).toThrow(
    new TypeError(
      "encoderForward: wte is undefined, expected a Float32Array or Float64Array of rows of C = 2 values",
    ),
  );
  expect(() => encoderBackward(out, missing, out, inp, 1, 1, 2)).toThrow(
    new TypeError(
      "encoderBackward: dwpe is undefined, expected a Float32Array or Float64Array of rows of C = 2 values",
    ),
  );
});

test("the reference itself computes in float64 where its arrays are float64", () => {
  const out = new Float64Array(1);
  encoderForward(out, Int32Array.of(0), Float64Array.of(0.1), Float64Array.of(0.2), 1, 1, 1);
  expect(out[0]).toBe(0.1 + 0.2);
  encoderBackward(out, new Float64Array(1), Float64Array.of(0.7), Int32Array.of(0), 1, 1, 1);
  expect(out[0]).toBe(0.1 + 0.2 + 0.7);
});
