import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

// Values are of size 1 to 10 and stored in float32 (relative spacing 6e-8); sums run over at most 768 of them.
const forward = { atol: 2e-6, rtol: 2e-6 };
const backward = { atol: 1e-5, rtol: 1e-5 };
const cases = await loadReference("rmsnorm");

for (const tier of tiers) {
  describe(`rmsnorm, ${tier.name}`, () => {
    test.each(cases)(
      "forward and backward agree with PyTorch, case $name",
      async ({ sizes, floats }) => {
        const { B, T, C, eps } = sizes;
        const [inp, weight] = [floats("inp"), floats("weight")];
        const [out, rstd] = [new Float32Array(B * T * C), new Float32Array(B * T)];
        await tier.call("rmsnormForward", out, rstd, inp, weight, eps, B, T, C);
        expectClose("out", out, floats("out"), forward);
        expectClose("rstd", rstd, floats("rstd"), forward);

        const [dinp, dweight] = [new Float32Array(B * T * C), new Float32Array(C)];
        const dout = floats("dout");
        await tier.call("rmsnormBackward", dinp, dweight, dout, inp, weight, rstd, B, T, C);
        expectClose("dinp", dinp, floats("dinp"), backward);
        expectClose("dweight", dweight, floats("dweight"), backward);
      },
    );

    test.each([
      { B: 2, T: 3, C: 5 },
      { B: 1, T: 1, C: 37 },
      { B: 3, T: 1, C: 2 },
      { B: 1, T: 5, C: 1 },
      { B: 3, T: 3, C: 8 },
      { B: 1, T: 3, C: 68 }, // four channels past a workgroup of columns
    ])(
      "backward adds what finite differences in float64 say, B=$B T=$T C=$C",
      async ({ B, T, C }) => {
        const eps = 0.3; // large, so that it counts
        const inp = random(B * T * C, 1, 2, 0.5);
        const weight = random(C, 2, 1, 1.5);
        const dout = random(B * T * C, 4);

        const exact = { inp: Float64Array.from(inp), weight: Float64Array.from(weight) };
        const [out, rstd] = [new Float64Array(B * T * C), new Float64Array(B * T)];
        const loss = () => {
          rmsnormForward(out, rstd, exact.inp, exact.weight, eps, B, T, C);
          return dot(out, dout);
        };
        const expected = {
          dinp: numericalGradient(exact.inp, loss),
          dweight: numericalGradient(exact.weight, loss),
        };
        loss(); // rstd at the point itself

        // The gradients begin at other values than 0: what is asked for is `+=`.
        const before = { dinp: random(B * T * C, 5), dweight: random(C, 6) };
        const [dinp, dweight] = [before.dinp.slice(), before.dweight.slice()];
        const saved = Float32Array.from(rstd);
        await tier.call("rmsnormBackward", dinp, dweight, dout, inp, weight, saved, B, T, C);
        const added = (after: Float32Array, start: Float32Array) =>
          after.map((x, i) => x - start[i]);
        expectClose("dinp", added(dinp, before.dinp), expected.dinp, backward);
        expectClose("dweight", added(dweight, before.dweight), expected.dweight, backward);
      },
    );

    test("is right in many long rows, and gives the same bits again", async () => {
      const [B, T, C, eps] = [2, 37, 768, 1e-5];
      const inp = random(B * T * C, 1, 2, 100);
      const [weight, dout] = [random(C, 2, 1, 1.5), random(B * T * C, 4)];
      const exact = (length: number) => new Float64Array(length);
      const expected = {
        out: exact(B * T * C),
        rstd: exact(B * T),
        dinp: exact(B * T * C),
        dweight: exact(C),
      };
      const { rstd } = expected;
      rmsnormForward(expected.out, rstd, inp, weight, eps, B, T, C);
      rmsnormBackward(expected.dinp, expected.dweight, dout, inp, weight, rstd, B, T, C);
      const run = async () => {
        const [out, rstd, dinp, dweight] = Object.values(expected).map(
          ({ length }) => new Float32Array(length),
        );
        await tier.call("rmsnormForward", out, rstd, inp, weight, eps, B, T, C);
        await tier.call("rmsnormBackward", dinp, dweight, dout, inp, weight, rstd, B, T, C);
        return { out, rstd, dinp, dweight };
      };
      const first = await run();
      for (const [name, values] of Object.entries(first)) {
        // dinp takes the row's own direction out of the gradient: norm * mean is rounded at 1, its quotients by 100 at 1e-9.
        expectClose(name, values, expected[name as keyof typeof expected], backward);
      }
      expect(await run()).toEqual(first);
    });

    test("a row times 1000 has the same output, and the gradient of an input a thousandth", async () => {
      const [B, T, C] = [1, 1, 9];
      const [inp, weight, dout] = [random(C, 1), random(C, 2), random(C, 3)];
      const run = async (x: Float32Array) => {
        const [out, rstd, dinp] = [C, 1, C].map((length) => new Float32Array(length));
        await tier.call("rmsnormForward", out, rstd, x, weight, 0, B, T, C);
        const dweight = new Float32Array(C);
        await tier.call("rmsnormBackward", dinp, dweight, dout, x, weight, rstd, B, T, C);
        return { out, dinp };
      };
      const [small, large] = [await run(inp), await run(inp.map((x) => 1000 * x))];
      expectClose("out", large.out, small.out, forward);
      expectClose(
        "dinp",
        large.dinp.map((d) => 1000 * d),
        small.dinp,
        backward,
      );
    });

    test("a row of zeros gives zeros, not NaN", async () => {
      const [out, rstd] = [new Float32Array(3).fill(5), new Float32Array(1)];
      await tier.call(
        "rmsnormForward",
        out,
        rstd,
        new Float32Array(3),
        random(3, 2),
        1e-6,
        1,
        1,
        3,
      );
      expect([...out].map(Math.abs)).toEqual([0, 0, 0]);
      expectClose("rstd", rstd, Float32Array.of(1000), forward);
    });

    test("a wrong length and a wrong eps are named, and nothing is written", async () => {
      const out = new Float32Array(96).fill(5);
      const [a4, a24] = [4, 24].map((length) => new Float32Array(length));
      const call = (inp: Float32Array, eps: number) =>
        tier.call("rmsnormForward", out, a24, inp, a4, eps, 3, 8, 4);
      await expect(call(new Float32Array(95), 1e-5)).rejects.toThrow(
        "rmsnormForward: inp has 95 values, expected B*T*C = 96",
      );
      for (const eps of [-1, Number.NaN, Infinity]) {
        await expect(call(new Float32Array(96), eps)).rejects.toThrow(
          `rmsnormForward: eps is ${eps}, expected a finite number, 0 or more`,
        );
      }
      expect(out).toEqual(new Float32Array(96).fill(5));
    });
  });
}

test("sums over rows keep what large numbers would swallow: 1e5, many small ones, -1e5", () => {
  const [rows, C] = [2000, 3];
  const dout = new Float32Array(rows * C).fill(1e-3); // in float32 1e5 + 1e-3 is 1e5
  dout.fill(1e5, 0, C);
  dout.fill(-1e5, (rows - 1) * C);
  const inp = new Float32Array(rows * C).fill(1); // with rstd 1, norm is 1
  const [rstd, weight] = [new Float32Array(rows).fill(1), new Float32Array(C).fill(1)];
  const [dinp, dweight] = [new Float32Array(rows * C), new Float32Array(C).fill(1)];
  rmsnormBackward(dinp, dweight, dout, inp, weight, rstd, 1, rows, C);
  expectClose("dweight", dweight, new Float32Array(C).fill(1 + 1.998), { atol: 0, rtol: 1e-6 });
});
