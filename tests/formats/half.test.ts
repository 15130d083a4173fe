// Numbers of 16 bits against PyTorch, which widened all 65,536 of each kind.

import { createHash } from "node:crypto";
import { type Half, widen } from "@llm.ts/kernels/formats/half.ts";
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
