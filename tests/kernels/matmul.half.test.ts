// Matmul with a weight in 16 bits: against PyTorch's linear layer of the rounded weight, and against our own float32 kernel with
// what the packed numbers stand for.

import { matmulBfloat16Forward, matmulFloat16Backward } from "@llm.ts/kernels/matmul/half.ts";
import { matmulBackward, matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { formats, type HalfFormat } from "@llm.ts/kernels/runtime/half.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiersWith } from "./tiers.ts";

const forward = { atol: 2e-6, rtol: 2e-6 }; // as with a weight in float32: only the weight is rounded
const backward = { atol: 5e-6, rtol: 5e-6 };
const many = { atol: 1e-5, rtol: 5e-6 }; // sums of up to 260 products, in float32 in some tiers
const cases = await loadReference("matmul-half");

const kinds = [
  { format: "bfloat16", name: "Bfloat16" },
  { format: "float16", name: "Float16" },
] as const;

const added = (after: Float32Array, before: Float32Array) => after.map((x, i) => x - before[i]);

/** A weight as it is packed, and the numbers that this stands for. */
function packedOf(format: HalfFormat, weight: Float32Array) {
  const { narrow, widen } = formats[format];
  const halves = Array.from(new Uint32Array(weight.buffer), narrow);
  const words = new Uint32Array(Math.ceil(halves.length / 2));
  halves.forEach((half, i) => {
    words[i >> 1] |= half << (i % 2 === 0 ? 0 : 16);
  });
  const rounded = new Float32Array(Uint32Array.from(halves, widen).buffer);
  return { packed: new Float32Array(words.buffer), rounded };
}

for (const tier of tiersWith("matmul")) {
  describe.each(kinds)(`matmul with a weight in $format, ${tier.name}`, ({ format, name }) => {
    const own = cases.filter((each) => each.name.endsWith(`_${format}`));

    test.each(own)("forward and backward agree with PyTorch, case $name", async (reference) => {
      const { B, T, C, OC } = reference.sizes;
      const { floats, ints } = reference;
      const packed = new Float32Array(ints("packed").buffer);
      const bias = reference.name.startsWith("no_bias") ? null : floats("bias");
      const inp = floats("inp");
      const out = new Float32Array(B * T * OC).fill(NaN); // all of it must be written
      await tier.call(`matmul${name}Forward`, out, inp, packed, bias, B, T, C, OC);
      expectClose("out", out, floats("out"), forward);

      const dinp = new Float32Array(B * T * C);
      const dweight = new Float32Array(OC * C);
      const dbias = bias && new Float32Array(OC);
      const dout = floats("dout");
      const arrays = [dinp, dweight, dbias, dout, inp, packed] as const;
      await tier.call(`matmul${name}Backward`, ...arrays, B, T, C, OC);
      expectClose("dinp", dinp, floats("dinp"), backward);
      expectClose("dweight", dweight, floats("dweight"), backward);
      if (dbias) expectClose("dbias", dbias, floats("dbias"), backward);
    });

    test.each([
      { T: 70, C: 36, OC: 68 }, // multiples of 4, as some forms need, and of no tile
      { T: 5, C: 4, OC: 4 }, // within one tile
      { T: 33, C: 100, OC: 36 },
      { T: 6, C: 260, OC: 390 }, // packed, 202,800 bytes: cut in two where 128 KiB may be bound
      { T: 6, C: 260, OC: 388 }, // the same, in fours
      { T: 3, C: 257, OC: 517 }, // rows that begin within a word, cut in pairs, the last without a second
      { T: 70, C: 38, OC: 66 }, // no multiples of 4
      { T: 7, C: 10, OC: 11 },
    ])(
      "gives what the numbers stand for, T=$T C=$C OC=$OC, and gradients are added",
      async ({ T, C, OC }) => {
        const [inp, bias, dout] = [random(T * C, 1), random(OC, 3), random(T * OC, 4)];
        const { packed, rounded } = packedOf(format, random(OC * C, 2));
        const sizes = [1, T, C, OC] as const;
        const exact = [T * OC, T * C, OC * C, OC].map((length) => new Float64Array(length));
        matmulForward(exact[0], inp, rounded, bias, ...sizes);
        matmulBackward(exact[1], exact[2], exact[3], dout, inp, rounded, ...sizes);

        const out = new Float32Array(T * OC).fill(NaN);
        await tier.call(`matmul${name}Forward`, out, inp, packed, bias, ...sizes);
        expectClose("out", out, exact[0], many);
        const before = [T * C, OC * C, OC].map((length, i) => random(length, 5 + i));
        const after = before.map((array) => array.slice());
        await tier.call(`matmul${name}Backward`, ...after, dout, inp, packed, ...sizes);
        ["dinp", "dweight", "dbias"].forEach((gradient, i) => {
          expectClose(gradient, added(after[i], before[i]), exact[1 + i], many);
        });

        // A GPU's compiler may put the operations of one shader together in another way than those of the other.
        if (tier.name.startsWith("WebGPU")) return;
        const plain = new Float32Array(T * OC);
        await tier.call("matmulForward", plain, inp, rounded, bias, ...sizes);
        expect(out).toEqual(plain);
        const gradients = before.map((array) => array.slice());
        await tier.call("matmulBackward", ...gradients, dout, inp, rounded, ...sizes);
        expect(after).toEqual(gradients);
      },
    );

    test("numbers from the smallest to the largest count as themselves", async () => {
      const [C, OC] = [8, 4];
      const values = format === "float16" ? [6e-8, 3e-6, 6.2e-5, 65504] : [1e-30, 1e-9, 3e9, 1e30];
      const weight = Float32Array.from({ length: OC * C }, (_, i) =>
        i % C === 3 || i % C === 6 ? values[Math.floor(i / C)] * (i % 2 === 0 ? -1 : 1) : 0,
      );
      const { packed, rounded } = packedOf(format, weight);
      const out = new Float32Array(2 * OC).fill(NaN);
      const inp = Float32Array.from({ length: 2 * C }, (_, i) => Number(i % C === (i < C ? 3 : 6)));
      await tier.call(`matmul${name}Forward`, out, inp, packed, null, 1, 2, C, OC);
      for (let o = 0; o < OC; o++) {
        for (const [t, i] of [3, 6].entries()) {
          const expected = rounded[o * C + i];
          // unpack2x16float may take what is below 2^-14 for 0.
          if (tier.name.startsWith("WebGPU") && out[t * OC + o] === 0) {
            expect(Math.abs(expected)).toBeLessThan(2 ** -14);
            expect(format).toBe("float16");
          } else expect(out[t * OC + o]).toBe(expected);
        }
      }
      expect(Math.abs(out[3])).toBeGreaterThan(6e4);
    });

    test("a wrong length is named, and nothing is written", async () => {
      const [B, T, C, OC] = [2, 3, 3, 5];
      const filled = (length: number) => new Float32Array(length).fill(5);
      const [out, inp, bias] = [B * T * OC, B * T * C, OC].map(filled);
      const short = filled(7);
      await expect(
        tier.call(`matmul${name}Forward`, out, inp, short, bias, B, T, C, OC),
      ).rejects.toThrow(`matmul${name}Forward: packed has 7 values, expected OC*C/2 = 8`);
      const [dinp, dweight] = [B * T * C, OC * C].map(filled);
      await expect(
        tier.call(
          `matmul${name}Backward`,
          ...[dinp, dweight, bias, out, inp, short],
          ...[B, T, C, OC],
        ),
      ).rejects.toThrow(`matmul${name}Backward: packed has 7 values, expected OC*C/2 = 8`);
      for (const array of [out, dinp, dweight, bias]) {
        expect(array).toEqual(filled(array.length));
      }
    });
  });
}

test("float64 cannot hold the words", () => {
  const [out, inp, packed] = [1, 2, 1].map((length) => new Float64Array(length));
  const message = "packed is of type Float64Array, expected a Float32Array: two numbers of 16 bits";
  expect(() => matmulBfloat16Forward(out, inp, packed, null, 1, 1, 2, 1)).toThrow(
    `matmulBfloat16Forward: ${message}`,
  );
  expect(() => matmulFloat16Backward(inp, inp, null, out, inp, packed, 1, 1, 2, 1)).toThrow(
    `matmulFloat16Backward: ${message}`,
  );
});
