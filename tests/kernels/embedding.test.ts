import { embeddingForward } from "@llm.ts/kernels/embedding/embedding.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random, randomIds } from "../random.ts";
import { loadReference } from "../reference.ts";
import { dot, numericalGradient } from "./gradcheck.ts";
import { tiers } from "./tiers.ts";

const forward = { atol: 0, rtol: 1e-7 }; // one product, rounded once
// Sums of up to 16 float32 numbers of size 1 to 4, rounded after each.
const backward = { atol: 1e-5, rtol: 1e-5 };
const cases = await loadReference("embedding");

for (const tier of tiers) {
  describe(`embedding, ${tier.name}`, () => {
    test.each(cases)(
      "both passes agree with PyTorch, case $name",
      async ({ sizes, floats, ints }) => {
        const { B, T, C, V, scale } = sizes;
        const out = new Float32Array(B * T * C);
        await tier.call("embeddingForward", out, ints("inp"), floats("wte"), scale, B, T, C);
        expectClose("out", out, floats("out"), forward);
        const dwte = new Float32Array(V * C);
        await tier.call("embeddingBackward", dwte, floats("dout"), ints("inp"), scale, B, T, C);
        expectClose("dwte", dwte, floats("dwte"), backward);
      },
    );

    test("backward adds what finite differences in float64 say", async () => {
      const [B, T, C, V, scale] = [2, 3, 5, 4, 1.7];
      const [inp, dout] = [randomIds(B * T, 1, V), random(B * T * C, 2)];
      const exact = Float64Array.from(random(V * C, 3));
      const out = new Float64Array(B * T * C);
      const expected = numericalGradient(exact, () => {
        embeddingForward(out, inp, exact, scale, B, T, C);
        return dot(out, dout);
      });
      const before = random(V * C, 4);
      const dwte = before.slice();
      await tier.call("embeddingBackward", dwte, dout, inp, scale, B, T, C);
      expectClose(
        "dwte",
        dwte.map((x, i) => x - before[i]),
        expected,
        backward,
      );
    });

    test("an id that is no row and a scale that is no number are named, and nothing is written", async () => {
      const [out, wte] = [new Float32Array(4).fill(5), new Float32Array(6)];
      const call = (id: number, scale: number) =>
        tier.call("embeddingForward", out, Int32Array.of(0, id), wte, scale, 1, 2, 2);
      await expect(call(3, 1)).rejects.toThrow(/^embeddingForward: inp.* 3/);
      await expect(call(2, Number.NaN)).rejects.toThrow(
        "embeddingForward: scale is NaN, expected a finite number over 0",
      );
      expect(out).toEqual(new Float32Array(4).fill(5));
    });
  });
}
