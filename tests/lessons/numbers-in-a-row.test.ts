// Facts that lesson 1 states in its prose and that none of its cells prints.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { expect, test } from "vitest";
import { rowSums as naive } from "../../lessons/01-numbers-in-a-row/mend/start.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const f = Math.fround;
const text = await textOf("01-numbers-in-a-row");

/** A float32 as a whole number, and back. */
const word = new DataView(new ArrayBuffer(4));
function bitsOf(x: number): number {
  word.setFloat32(0, x);
  return word.getUint32(0);
}
function fromBits(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

test("the offset of (1, 2, 3) in (2, 3, 4) is 23, the last, and in (2, 5, 10) it is 73", () => {
  expect((1 * 3 + 2) * 4 + 3).toBe(23);
  expect(2 * 3 * 4 - 1).toBe(23);
  expect((1 * 5 + 2) * 10 + 3).toBe(73);
});

test("what a flat array does beyond its end, and where t = 3 of 3 tokens leads", () => {
  const inp = new Float32Array(24);
  inp[(1 * 3 + 0) * 4 + 0] = 100;
  expect(inp[(0 * 3 + 3) * 4 + 0]).toBe(100);
  expect(inp[24]).toBeUndefined();
  expect(inp[24] + 1).toBeNaN();
  inp[24] = 5;
  expect(inp.length).toBe(24);
  expect(inp.includes(5)).toBe(false);
});

test("a float32 is (-1)^s * 2^(e - 127) * (1 + f / 2^23)", () => {
  for (const x of random(100, 1, 0, 1000)) {
    const bits = bitsOf(x);
    const [s, e, fraction] = [bits >>> 31, (bits >>> 23) & 255, bits & (2 ** 23 - 1)];
    expect((-1) ** s * 2 ** (e - 127) * (1 + fraction / 2 ** 23)).toBe(x);
  }
  expect(fromBits(255 << 23)).toBe(Number.POSITIVE_INFINITY);
  expect(fromBits((255 << 23) + 1)).toBeNaN();
  expect(fromBits(1)).toBe(2 ** -149); // e = 0: 2^-126 * f / 2^23
  expect(f(1e39)).toBe(Number.POSITIVE_INFINITY);
  expect(f(1e-45)).toBe(2 ** -149);
  expect(fromBits(254 * 2 ** 23 + 2 ** 23 - 1)).toBeCloseTo(3.4028235e38, -31);
});

test("from 2^k on the spacing is 2^(k - 23), between 2^-24 and 2^-23 of the number", () => {
  for (const k of [-100, -1, 0, 10, 24, 100]) {
    const next = (x: number) => fromBits(bitsOf(x) + 1);
    expect(next(2 ** k) - 2 ** k).toBe(2 ** (k - 23));
    const last = fromBits(bitsOf(2 ** (k + 1)) - 1);
    expect(2 ** (k + 1) - last).toBe(2 ** (k - 23));
    expect(bitsOf(2 ** (k + 1)) - bitsOf(2 ** k)).toBe(2 ** 23);
  }
  expect((2 ** -23).toExponential(1)).toBe("1.2e-7");
});

test("16777217 is the first whole number that float32 does not hold", () => {
  expect(2 ** 24).toBe(16_777_216);
  for (let n = 2 ** 24 - 1000; n <= 2 ** 24; n++) expect(f(n)).toBe(n);
  expect(f(16_777_217)).toBe(16_777_216);
  expect(f(f(16_777_216 + 1) + 1)).toBe(16_777_216); // the quiz
  expect(f(16_777_216 + 2)).toBe(16_777_218);
});

test("0.1 + 0.2 is 0.3 in float32 and not in float64; 1.0001 - 1 is right in four digits", () => {
  expect(f(f(0.1) + f(0.2))).toBe(f(0.3));
  expect(0.1 + 0.2 - 0.3).toBeGreaterThan(0);
  const difference = f(f(1.0001) - 1);
  expect(difference).toBe(f(1.0001) - 1); // exact
  expect(difference.toPrecision(4)).toBe("0.0001000");
  expect(difference.toPrecision(5)).not.toBe("0.00010000");
});

test("float64 rounds 29 bits further to the right than float32, almost 9 digits", () => {
  expect(Number.EPSILON / 2 ** -23).toBe(2 ** -29);
  expect(Math.log10(2 ** 29)).toBeCloseTo(8.7, 1);
});

test("the sums of the second exercise are right for small numbers, and lose digits beside large ones", async () => {
  const [B, T, C] = [2, 3, 8];
  const inp = random(B * T * C, 3, 0.5, 1);
  const out = new Float32Array(B * T);
  naive(out, inp, B, T, C);
  for (let bt = 0; bt < B * T; bt++) {
    const exact = inp.subarray(bt * C, (bt + 1) * C).reduce((sum: number, x) => sum + x, 0);
    expect(Math.abs(out[bt] - exact)).toBeLessThan(1e-5);
  }

  const [lesson] = await loadReference("rowsums");
  const rows = lesson.floats("inp");
  const sums = new Float32Array(B * T);
  naive(sums, rows, B, T, C);
  const off = lesson.floats("out").map((sum, bt) => Math.abs(sum - sums[bt]));
  for (const [bt, error] of off.entries()) {
    const large = bt % 2 === 0;
    expect([rows[bt * C + 1] === 100_000, rows[bt * C + C - 2] === -100_000]).toEqual([
      large,
      large,
    ]);
    if (large) expect(error).toBeGreaterThan(1e-4);
    else expect(error).toBeLessThan(1e-5);
  }
  expect(fromBits(bitsOf(100_000) + 1) - 100_000).toBeCloseTo(0.008, 3);
});

test("GPT-2 124M has 124,439,808 parameters, with 47 unused rows 124,475,904, which are 475 MiB or 498 MB", () => {
  const { V, Vp, C } = presets["gpt2-124M"];
  const kept = countParameters(presets["gpt2-124M"]);
  const unused = (Vp - V) * C;
  const bytes = 4 * kept;
  expect(text).toContain(`has ${english(kept - unused)} numbers that are learned`);
  expect(text).toContain(`${english(unused)} more that are never used (${Vp - V} rows of ${C} `);
  expect(text).toContain(`${english(kept)} in all.`);
  expect(text).toContain(`= ${english(bytes).replaceAll(",", "{,}")} \\text{ bytes}`);
  expect(text).toContain(`or ${Math.round(bytes / 2 ** 20)} MiB.`);
  expect(text).toContain(`${Math.round(bytes / 1e6)} MB, where an MB is a million bytes`);
});

test("768 numbers are 3,072 bytes or 3 KiB, (4, 64, 768) are 786,432 or 768 KiB, and 64 by 64 are 16,384", () => {
  const bytes = (length: number) => new Float32Array(length).byteLength;
  const [row, tensor] = [bytes(768), bytes(4 * 64 * 768)];
  expect(text).toContain(
    `a row of 768 numbers takes ${english(row)} bytes, and a tensor of shape \`(4, 64, 768)\` takes ${english(tensor)}.`,
  );
  expect(text).toContain(`the row takes ${row / 1024} KiB and the tensor ${tensor / 1024} KiB`);
  expect(text).toContain(`1 KiB is ${english(2 ** 10)} bytes`);
  expect(text).toContain(`1 MiB is 1,024 KiB or ${english(2 ** 20)} bytes`);
  expect(text).toContain(`64 by 64: that is ${english(bytes(64 * 64))} bytes`);
  expect(text).toContain(`${64 / Float32Array.BYTES_PER_ELEMENT} numbers of 4 bytes`); // a cache line
  expect(bytes(2048 * 2048)).toBe(16 * 2 ** 20); // the cell's 16 MiB
});
