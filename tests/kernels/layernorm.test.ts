import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiersWith } from "./tiers.ts";

// Values are of size 1 to 10 and stored in float32 (relative spacing 6e-8); sums run over at most 768 of them.
const forward = { atol: 2e-6, rtol: 2e-6 };
const backward = { atol: 1e-5, rtol: 1e-5 };
const cases = await loadReference("layernorm");

for (const tier of tiersWith("layernorm")) {
  describe(`layernorm, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes, floats }) => {
        const { B, T, C } = sizes;
        const inp = floats("inp");
        const weight = floats("weight");
        const out = new Float32Array(B * T * C);
        const mean = new Float32Array(B * T);
        const rstd = new Float32Array(B * T);
        await tier.call("layernormForward", out, mean, rstd, inp, weight, floats("bias"), B, T, C);
        expectClose("out", out, floats("out"), forward);
        expectClose("mean", mean, floats("mean"), forward);
        expectClose("rstd", rstd, floats("rstd"), forward);

        const dinp = new Float32Array(B * T * C);
        const dweight = new Float32Array(C);
        const dbias = new Float32Array(C);
        const dout = floats("dout");
        await tier.call(
          "layernormBackward",
          dinp,
          dweight,
          dbias,
          dout,
          inp,
          weight,
          mean,
          rstd,
          B,
          T,
          C,
        );
        expectClose("dinp", dinp, floats("dinp"), backward);
        expectClose("dweight", dweight, floats("dweight"), backward);
        expectClose("dbias", dbias, floats("dbias"), backward);
      },
    );

    test.each([
      { B: 2, T: 3, C: 5 },
      { B: 1, T: 1, C: 37 },
      { B: 3, T: 1, C: 2 },
      { B: 1, T: 5, C: 1 },
      { B: 1, T: 1, C: 4 }, // four channels at a time, and fewer than there are threads for
      { B: 3, T: 3, C: 8 }, // one row past a workgroup of eight
      { B: 1, T: 3, C: 36 }, // four channels past what eight threads take at once
    ])(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C",
      async ({ B, T, C }) => {
        const inp = random(B * T * C, 1, 2, 0.5);
        const weight = random(C, 2, 1, 1.5);
        const bias = random(C, 3);
        const dout = random(B * T * C, 4);

        const exact = {
          inp: Float64Array.from(inp),
          weight: Float64Array.from(weight),
          bias: Float64Array.from(bias),
        };
        const out = new Float64Array(B * T * C);
        const mean = new Float64Array(B * T);
        const rstd = new Float64Array(B * T);
        const loss = () => {
          layernormForward(out, mean, rstd, exact.inp, exact.weight, exact.bias, B, T, C);
          return dot(out, dout);
        };
        const expected = {
          dinp: numericalGradient(exact.inp, loss),
          dweight: numericalGradient(exact.weight, loss),
          dbias: numericalGradient(exact.bias, loss),
        };
        loss(); // mean and rstd at the point itself

        // The gradients begin at other values than 0: what is asked for is `+=`.
        const before = { dinp: random(B * T * C, 5), dweight: random(C, 6), dbias: random(C, 7) };
        const dinp = before.dinp.slice();
        const dweight = before.dweight.slice();
        const dbias = before.dbias.slice();
        const saved = [Float32Array.from(mean), Float32Array.from(rstd)];
        await tier.call(
          "layernormBackward",
          dinp,
          dweight,
          dbias,
          dout,
          inp,
          weight,
          ...saved,
          B,
          T,
          C,
        );
        const added = (after: Float32Array, start: Float32Array) =>
          after.map((x, i) => x - start[i]);
        expectClose("dinp", added(dinp, before.dinp), expected.dinp, backward);
        expectClose("dweight", added(dweight, before.dweight), expected.dweight, backward);
        expectClose("dbias", added(dbias, before.dbias), expected.dbias, backward);
      },
    );

    test("is right in many long rows, far from 0, and gives the same bits again", async () => {
      const [B, T, C] = [2, 37, 768];
      const inp = random(B * T * C, 1, 2, 100); // a mean of 50 times the deviation leaves no digit to lose
      const [weight, bias, dout] = [random(C, 2, 1, 1.5), random(C, 3), random(B * T * C, 4)];
      const exact = (length: number) => new Float64Array(length);
      const expected = {
        out: exact(B * T * C),
        mean: exact(B * T),
        rstd: exact(B * T),
        dinp: exact(B * T * C),
        dweight: exact(C),
        dbias: exact(C),
      };
      const { mean, rstd } = expected;
      layernormForward(expected.out, mean, rstd, inp, weight, bias, B, T, C);
      layernormBackward(
        expected.dinp,
        expected.dweight,
        expected.dbias,
        dout,
        inp,
        weight,
        mean,
        rstd,
        B,
        T,
        C,
      );
      const run = async () => {
        const [out, mean, rstd, dinp, dweight, dbias] = Object.values(expected).map(
          ({ length }) => new Float32Array(length),
        );
        await tier.call("layernormForward", out, mean, rstd, inp, weight, bias, B, T, C);
        const gradients = [dinp, dweight, dbias] as const;
        await tier.call("layernormBackward", ...gradients, dout, inp, weight, mean, rstd, B, T, C);
        return { out, mean, rstd, dinp, dweight, dbias };
      };
      const first = await run();
      // At 100, float32 values are 8e-6 apart: so far off may the mean be, and with it all that is computed from it.
      const far = { atol: 1e-4, rtol: 1e-4 };
      for (const [name, values] of Object.entries(first)) {
        expectClose(name, values, expected[name as keyof typeof expected], far);
      }
      expect(await run()).toEqual(first);
    });

    test("a row of equal values gives the bias, not NaN", async () => {
      const out = new Float32Array(3);
      const bias = random(3, 1);
      const inp = new Float32Array(3).fill(7);
      await tier.call(
        "layernormForward",
        out,
        new Float32Array(1),
        new Float32Array(1),
        inp,
        random(3, 2),
        bias,
        1,
        1,
        3,
      );
      expectClose("out", out, bias, forward);
    });

    test("a wrong length is named, and nothing is written", async () => {
      const out = new Float32Array(96).fill(5);
      const [a1, a4, a24] = [1, 4, 24].map((length) => new Float32Array(length));
      const call = (inp: Float32Array, B: number, C: number) =>
        tier.call("layernormForward", out, a24, a24, inp, a4, a4, B, 8, C);
      await expect(call(new Float32Array(95), 3, 4)).rejects.toThrow(
        "layernormForward: inp has 95 values, expected B*T*C = 96",
      );
      await expect(call(new Float32Array(96), 2.5, 4)).rejects.toThrow(
        "layernormForward: B is 2.5, expected a positive integer",
      );
      await expect(
        tier.call("layernormBackward", out, a4, a1, out, out, a4, a24, a24, 3, 8, 4),
      ).rejects.toThrow("layernormBackward: dbias has 1 values, expected C = 4");
      expect(out).toEqual(new Float32Array(96).fill(5));
    });
  });
}

test("the reference itself computes in float64 where its arrays are float64", () => {
  const inp = Float64Array.of(1, 2, 4);
  const [out, one, zero] = [new Float64Array(3), new Float64Array(3).fill(1), new Float64Array(3)];
  const mean = new Float64Array(1);
  const rstd = new Float64Array(1);
  layernormForward(out, mean, rstd, inp, one, zero, 1, 1, 3);
  expect(mean[0]).toBeCloseTo(7 / 3, 14);
  expect(rstd[0]).toBeCloseTo(1 / Math.sqrt(14 / 9 + 1e-5), 14);
  const dinp = new Float64Array(3);
  layernormBackward(dinp, zero.slice(), zero.slice(), one, inp, one, mean, rstd, 1, 1, 3);
  for (const value of dinp) expect(value).toBeCloseTo(0, 14); // all outputs moved alike: no input is to blame
});

test("sums over rows keep what large numbers would swallow: 1e5, many small ones, -1e5", () => {
  const [rows, C] = [2000, 3];
  const dout = new Float32Array(rows * C).fill(1e-3); // in float32 1e5 + 1e-3 is 1e5
  dout.fill(1e5, 0, C);
  dout.fill(-1e5, (rows - 1) * C);
  const inp = new Float32Array(rows * C).fill(1); // with mean 0 and rstd 1, norm is 1
  const [mean, rstd] = [new Float32Array(rows), new Float32Array(rows).fill(1)];
  const [dinp, weight] = [new Float32Array(rows * C), new Float32Array(C).fill(1)];
  const [dweight, dbias] = [new Float32Array(C).fill(1), new Float32Array(C).fill(2)];
  layernormBackward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, 1, rows, C);
  expectClose("dweight", dweight, new Float32Array(C).fill(1 + 1.998), { atol: 0, rtol: 1e-6 });
  expectClose("dbias", dbias, new Float32Array(C).fill(2 + 1.998), { atol: 0, rtol: 1e-6 });
});
