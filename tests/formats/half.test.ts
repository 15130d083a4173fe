// Numbers of 16 bits against PyTorch, which widened all 65,536 of each kind, and narrowed a million of 32 bits.

import { createHash } from "node:crypto";
import { type Half, narrow, widen } from "@llm.ts/kernels/formats/half.ts";
import { expect, test } from "vitest";

const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);

// SHA-256 of torch.arange(65536) as int16, viewed as the dtype, .float(), with every NaN made 0x7fc00000. PyTorch 1.13.
test.each<[Half, string, number]>([
  ["F16", "385ff5fe69182797cda5f1827e20cf423f4416bc9246f27d0eec27cac9039259", 2046],
  ["BF16", "f12e27efe34841dfd6391497b86f389096b03a376586e1d9691bba0a8de3980a", 254],
])(
  "%s: all 65,536 have the bits that PyTorch gives them, and what is NaN stays NaN",
  (dtype, sha256, NaNs) => {
    const values = widen(all, dtype);
    const words = new Uint32Array(values.buffer);
    let found = 0;
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) return;
      words[i] = 0x7fc00000;
      found++;
    });
    expect(found).toBe(NaNs);
    expect(createHash("sha256").update(words).digest("hex")).toBe(sha256);
  },
);

test("subnormals, the largest, infinities and the two zeros of float16", () => {
  const values = widen(
    Uint16Array.of(0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0, 0x8000),
    "F16",
  );
  expect([...values]).toEqual([
    2 ** -24,
    -1023 * 2 ** -24,
    2 ** -14,
    65504,
    Infinity,
    -Infinity,
    0,
    -0,
  ]);
});

/** A million floats of every size and sign; a quarter each is halfway between two of float16, of bfloat16, and small. */
function floats(): Float32Array {
  const words = Uint32Array.from({ length: 1 << 20 }, (_, i) => {
    const word = Math.imul(i, 2654435761) >>> 0;
    if (i % 4 === 1) return (word & 0xffffe000) | 0x1000;
    if (i % 4 === 2) return (word & 0xffff0000) | 0x8000;
    if (i % 4 === 3) return (word & 0x80000000) + 0x32800000 + (word % 0x06000000);
    return word;
  });
  return new Float32Array(words.buffer).map((value) => (Number.isNaN(value) ? 0 : value));
}

// SHA-256 of the same floats .to(dtype). PyTorch 1.13.
test.each<[Half, string]>([
  ["F16", "661ca45381e0872dfa24d2e6b006b1d5039137f6bad23a78d4d1fe2e618e21dc"],
  ["BF16", "e0aa7e8ec137ca077c2ad1d5a27e5054dfe5f214a9484da8117065637cfd73fd"],
])("%s: a million floats are rounded to the bits that PyTorch rounds them to", (dtype, sha256) => {
  expect(createHash("sha256").update(narrow(floats(), dtype)).digest("hex")).toBe(sha256);
});

test.each<[Half]>([["F16"], ["BF16"]])(
  "%s: all 65,536 come back from 32 bits as they were, and NaN as NaN",
  (dtype) => {
    const values = widen(all, dtype);
    const back = narrow(values, dtype);
    expect(all.findIndex((bits, i) => !Number.isNaN(values[i]) && back[i] !== bits)).toBe(-1);
    expect([...widen(back, dtype)].every((value, i) => Object.is(value, values[i]))).toBe(true);
  },
);

test("halfway between two, the one whose last bit is 0 is taken, and at the ends of float16 too", () => {
  const just = (value: number) => value * (1 + 2 ** -23);
  const cases: [value: number, bits: number][] = [
    [2 ** -25, 0x0000],
    [just(2 ** -25), 0x0001],
    [-3 * 2 ** -25, 0x8002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -14 - 2 ** -25, 0x0400],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [-0, 0x8000],
  ];
  const values = Float32Array.from(cases, ([value]) => value);
  expect([...narrow(values, "F16")]).toEqual(cases.map(([, bits]) => bits));
});
