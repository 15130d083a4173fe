// Every number that comes out must have the bits that PyTorch gives it, on every tier.

import { packFloat16, unpackBfloat16 } from "@llm.ts/kernels/pack/pack.ts";
import { formats } from "@llm.ts/kernels/runtime/half.ts";
import { describe, expect, test } from "vitest";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { tiers } from "./tiers.ts";

const cases = await loadReference("pack");
const kinds = [
  { format: "bfloat16", name: "Bfloat16", NaNs: 254 },
  { format: "float16", name: "Float16", NaNs: 2046 },
] as const;

const wordsOf = (floats: Float32Array) =>
  new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
const halvesOf = (floats: Float32Array) => new Uint16Array(wordsOf(floats).slice().buffer);
/** Where two lists of words first differ; -1 if they are the same. */
const firstOther = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).findIndex((i) => a[i] !== b[i]);

/** All 65,536 halves, two in a word. */
const everyHalf = () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  return new Float32Array(halves.buffer);
};

for (const tier of tiers) {
  describe.each(kinds)(`$format, ${tier.name}`, ({ format, name, NaNs }) => {
    test.each(cases)("has PyTorch's bits, case $name", async ({ sizes: { N }, floats, ints }) => {
      const inp = floats("inp");
      const packed = new Float32Array(Math.ceil(N / 2)).fill(7);
      await tier.call(`pack${name}`, packed, inp, N);
      const expected = new Uint32Array(ints(`packed_${format}`).buffer);
      expect(firstOther(wordsOf(packed), expected)).toBe(-1);

      const out = new Float32Array(N).fill(7);
      await tier.call(`unpack${name}`, out, packed, N);
      expect(firstOther(wordsOf(out), wordsOf(floats(`out_${format}`)))).toBe(-1);
    });

    test("every one of the 65,536 comes out as itself, and goes back in", async () => {
      const packed = everyHalf();
      const out = new Float32Array(65_536);
      await tier.call(`unpack${name}`, out, packed, 65_536);
      const { widen } = formats[format];
      const expected = Uint32Array.from({ length: 65_536 }, (_, i) => widen(i)); // tested against PyTorch
      expect(firstOther(wordsOf(out), expected)).toBe(-1);
      expect(out.filter((value) => Number.isNaN(value))).toHaveLength(NaNs);

      const again = new Float32Array(32_768);
      await tier.call(`pack${name}`, again, out, 65_536);
      const back = halvesOf(again);
      const other = halvesOf(packed).findIndex(
        (bits, i) => !Number.isNaN(out[i]) && back[i] !== bits,
      );
      expect(other).toBe(-1);
    });

    test("NaN stays NaN, with its sign, whatever else it says", async () => {
      const inp = new Float32Array(
        Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff).buffer,
      );
      const packed = new Float32Array(3);
      await tier.call(`pack${name}`, packed, inp, 5);
      const quiet = format === "float16" ? 0x7e00 : 0x7fc0;
      const expected = [quiet, 0x8000 | quiet, quiet, 0x8000 | quiet, quiet, 0];
      expect([...halvesOf(packed)]).toEqual(expected);
    });

    test.each([1, 2, 3, 5, 7, 8, 9, 31, 33, 1001])(
      "%i numbers: none is left out, none beyond is touched",
      async (N) => {
        const inp = random(N, N);
        const packed = new Float32Array(Math.ceil(N / 2));
        await tier.call(`pack${name}`, packed, inp, N);
        const { narrow } = formats[format];
        const expected = Array.from(wordsOf(inp), narrow);
        if (N % 2 === 1) expected.push(0); // the odd one is followed by 0
        expect([...halvesOf(packed)]).toEqual(expected);
        const out = new Float32Array(N);
        await tier.call(`unpack${name}`, out, packed, N);
        const bound = format === "float16" ? 2 ** -11 : 2 ** -8;
        out.forEach((value, i) => {
          expect(Math.abs(value - inp[i])).toBeLessThanOrEqual(bound * Math.abs(inp[i]));
        });
      },
    );

    test("what an odd number leaves in its last word is not read", async () => {
      const packed = new Float32Array(Uint32Array.of(0x3f803f80, 0xffff3f80).buffer);
      const out = new Float32Array(3);
      await tier.call(`unpack${name}`, out, packed, 3);
      expect(out).toEqual(new Float32Array(3).fill(format === "float16" ? 1.875 : 1));
    });

    test("a wrong length is named, and nothing is written", async () => {
      const packed = new Float32Array(4).fill(5);
      await expect(tier.call(`pack${name}`, packed, new Float32Array(9), 9)).rejects.toThrow(
        `pack${name}: packed has 4 values, expected N/2 = 5`,
      );
      expect(packed).toEqual(new Float32Array(4).fill(5));
      const out = new Float32Array(7).fill(5);
      await expect(tier.call(`unpack${name}`, out, packed, 8)).rejects.toThrow(
        `unpack${name}: out has 7 values, expected N = 8`,
      );
      expect(out).toEqual(new Float32Array(7).fill(5));
    });
  });
}

test("an array of 64 bits a number is refused, as it has no words of 32", () => {
  const [packed, inp] = [new Float64Array(2), Float32Array.of(1, 2, 3)];
  expect(() => packFloat16(packed, inp, 3)).toThrow(
    new TypeError(
      "packFloat16: packed is of type Float64Array, expected a Float32Array: two numbers of 16 bits are one of 32",
    ),
  );
  expect(packed).toEqual(new Float64Array(2));
  const words = new Float32Array(2);
  expect(() => packFloat16(words, Float64Array.of(1, 2, 3), 3)).toThrow(
    "packFloat16: inp is of type Float64Array, expected a Float32Array",
  );
  expect(words).toEqual(new Float32Array(2));
  expect(() => unpackBfloat16(new Float64Array(3), words, 3)).toThrow(
    "unpackBfloat16: out is of type Float64Array, expected a Float32Array",
  );
});
