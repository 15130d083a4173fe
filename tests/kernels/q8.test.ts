// Weights in 8 bits: against PyTorch's linear layer and embedding of the matrix that they stand for, and against our own float32
// kernel.

import { dequantize, quantize } from "@llm.ts/kernels/formats/q8.ts";
import { matmulForward } from "@llm.ts/kernels/matmul/matmul.ts";
import { embeddingQ8Forward, matmulQ8Forward } from "@llm.ts/kernels/q8/q8.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

// Inputs and weights are of size 1 and stored in float32 (relative spacing 6e-8); sums run over at most 320 products.
const tolerance = { atol: 2e-5, rtol: 2e-6 };
const matmuls = await loadReference("q8");
const embeddings = await loadReference("q8-embedding");

const asFloats = (words: Int32Array | Int8Array) =>
  new Float32Array(words.buffer.slice(words.byteOffset, words.byteOffset + words.byteLength));

/** A matrix of `rows` rows whose numbers take every value from -127 to 127. */
function matrix(rows: number, C: number) {
  const numbers = Int8Array.from({ length: rows * C }, (_, i) => ((i * 37) % 255) - 127);
  const scales = random((rows * C) / 32, 3, 0.01, 0.02);
  return { numbers, whole: asFloats(numbers), scales };
}

for (const tier of tiers) {
  describe(`weights in 8 bits, ${tier.name}`, () => {
    test.each(matmuls)(
      "matmul agrees with PyTorch, case $name",
      async ({ name, sizes, floats, ints }) => {
        const { B, T, C, OC } = sizes;
        const out = new Float32Array(B * T * OC).fill(Number.NaN);
        const bias = name === "no_bias" ? null : floats("bias");
        const given = [floats("inp"), asFloats(ints("whole")), floats("scales"), bias] as const;
        await tier.call("matmulQ8Forward", out, ...given, B, T, C, OC);
        expectClose("out", out, floats("out"), tolerance);
      },
    );

    test.each(embeddings)(
      "embedding agrees with PyTorch, case $name",
      async ({ name, sizes: { B, T, C, scale }, floats, ints }) => {
        const out = new Float32Array(B * T * C).fill(Number.NaN);
        const wpe = name === "places" ? floats("wpe") : null;
        const table = [asFloats(ints("whole")), floats("scales"), wpe] as const;
        await tier.call("embeddingQ8Forward", out, ints("inp"), ...table, scale, B, T, C);
        expectClose("out", out, floats("out"), { atol: 5e-7, rtol: 2e-7 });
      },
    );

    test.each([
      { B: 1, T: 1, C: 32, OC: 1 },
      { B: 3, T: 1, C: 64, OC: 7 },
      { B: 1, T: 5, C: 256, OC: 129 },
      { B: 1, T: 1, C: 2080, OC: 3 }, // more words than threads of a workgroup
    ])("every whole number counts as itself, %j", async ({ B, T, C, OC }) => {
      const { numbers, whole, scales } = matrix(OC, C);
      const inp = random(B * T * C, 1);
      const bias = random(OC, 2);
      const weight = Float64Array.from(numbers, (n, i) => n * scales[Math.floor(i / 32)]);
      const expected = new Float64Array(B * T * OC);
      matmulForward(expected, inp, weight, bias, B, T, C, OC);
      const out = new Float32Array(B * T * OC).fill(Number.NaN);
      await tier.call("matmulQ8Forward", out, inp, whole, scales, bias, B, T, C, OC);
      expectClose("out", out, expected, tolerance);
    });

    test("rows that are not whole blocks, and ids that are not there, are named, and nothing is written", async () => {
      const out = new Float32Array(4).fill(5);
      const table = matrix(2, 32);
      const words = table.whole.subarray(0, 4);
      await expect(
        tier.call(
          "matmulQ8Forward",
          out,
          out,
          words,
          table.scales.subarray(0, 1),
          null,
          1,
          1,
          4,
          4,
        ),
      ).rejects.toThrow("matmulQ8Forward: C is 4, expected a multiple of 32: so many values share");
      const row = new Float32Array(32).fill(5);
      const look = (id: number, scale = 1) => {
        const ids = Int32Array.of(id);
        return tier.call(
          "embeddingQ8Forward",
          row,
          ids,
          table.whole,
          table.scales,
          null,
          scale,
          1,
          1,
          32,
        );
      };
      await expect(look(2)).rejects.toThrow("embeddingQ8Forward: inp[0] is 2, expected a token id");
      await expect(look(1, 0)).rejects.toThrow("embeddingQ8Forward: scale is 0, expected a finite");
      expect([...out, ...row].every((value) => value === 5)).toBe(true);
    });
  });
}

test("float64 cannot hold the words", () => {
  const out = new Float64Array(1);
  const inp = new Float64Array(32);
  const message = "whole is of type Float64Array, expected a Float32Array";
  expect(() =>
    matmulQ8Forward(out, inp, new Float64Array(8), Float32Array.of(1), null, 1, 1, 32, 1),
  ).toThrow(`matmulQ8Forward: ${message}`);
  expect(() =>
    embeddingQ8Forward(
      inp,
      Int32Array.of(0),
      new Float64Array(8),
      Float32Array.of(1),
      null,
      1,
      1,
      1,
      32,
    ),
  ).toThrow(`embeddingQ8Forward: ${message}`);
});

test("what GGUF's blocks hold, these kernels compute with", () => {
  const [C, OC] = [96, 5];
  const blocks = quantize(random(OC * C, 4)) as Uint8Array<ArrayBuffer>;
  const numbers = new Int8Array(OC * C);
  const scales = new Float32Array((OC * C) / 32);
  const values = dequantize(blocks);
  for (let block = 0; block < scales.length; block++) {
    numbers.set(new Int8Array(blocks.buffer, 34 * block + 2, 32), 32 * block);
    const at = 32 * block + numbers.subarray(32 * block, 32 * block + 32).findIndex((n) => n !== 0);
    scales[block] = values[at] / numbers[at];
  }
  const inp = random(C, 5);
  const [expected, out] = [new Float64Array(OC), new Float64Array(OC)];
  matmulForward(expected, inp, values, null, 1, 1, C, OC);
  matmulQ8Forward(out, inp, asFloats(numbers), scales, null, 1, 1, C, OC);
  expectClose("out", out, expected, { atol: 1e-5, rtol: 1e-6 });
});
