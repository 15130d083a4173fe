// Facts that the lesson about RoPE states in its prose and that none of its cells prints.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { parameterLength } from "@llm.ts/kernels/gpt2/parameters.ts";
import { ropeAngles, ropeBackward, ropeForward } from "@llm.ts/kernels/rope/rope.ts";
import { expect, test } from "vitest";
import * as distance from "../../lessons/25-rope/cells/distance.ts";
import { loadReference } from "../reference.ts";

const gpt2 = presets["gpt2-124M"];

/** One pair as query, key and value of one token, turned by the angle whose cosine and sine are given. */
function turned(pair: number[], cos: number, sin: number, back = false): number[] {
  const qkv = Float64Array.from([...pair, ...pair, ...pair]);
  (back ? ropeBackward : ropeForward)(qkv, Float64Array.of(cos, sin), 1, 1, 1, 1, 1, 2);
  return [...qkv];
}

const rounded = (values: number[]) => values.map((x) => Math.round(1e9 * x) / 1e9);

test("the example by hand: (5, 10) becomes (-5, 10), and the gradient (1, 2) becomes (2.2, 0.4); values stay", () => {
  expect(rounded(turned([5, 10], 0.6, 0.8))).toEqual([-5, 10, -5, 10, 5, 10]);
  expect(rounded(turned([1, 2], 0.6, 0.8, true))).toEqual([2.2, 0.4, 2.2, 0.4, 1, 2]);
  expect((180 * Math.acos(0.6)) / Math.PI).toBeCloseTo(53.1, 1);
});

test("at 90 degrees the gradient (1, 0) goes to (0, -1)", () => {
  expect(turned([1, 0], 0, 1, true).slice(0, 2)).toEqual([0, -1]);
});

test("the product of two turned pairs is (ac + bd) cos + (ad - bc) sin of the difference", () => {
  for (const [phi, psi] of [
    [0.4, 2.2],
    [5, 1],
    [100, 97],
  ]) {
    const [a, b, c, d] = [1.5, -0.3, 0.7, 2];
    const [q, k] = [
      turned([a, b], Math.cos(phi), Math.sin(phi)),
      turned([c, d], Math.cos(psi), Math.sin(psi)),
    ];
    const difference = phi - psi;
    expect(q[0] * k[0] + q[1] * k[1]).toBeCloseTo(
      (a * c + b * d) * Math.cos(difference) + (a * d - b * c) * Math.sin(difference),
      12,
    );
  }
});

test("a radian is 57 degrees; the first pair turns by 1 radian whatever the base, the last by little more than 1/base", () => {
  expect(180 / Math.PI).toBeCloseTo(57.3, 1);
  for (const base of [10_000, 500_000]) {
    const hs = 128;
    const cis = ropeAngles(2, hs, base);
    const angle = (i: number) => Math.atan2(cis[hs + hs / 2 + i], cis[hs + i]);
    expect(angle(0)).toBeCloseTo(1, 6);
    expect(angle(63) * base).toBeGreaterThan(1);
    expect(angle(63) * base).toBeLessThan(1.25);
  }
});

test("between 65,536 and 131,072 float32 knows the multiples of 1/128", () => {
  expect(Math.fround(100_000 + 1 / 128)).toBe(100_000 + 1 / 128);
  expect(Math.fround(100_000 + 1 / 300)).toBe(100_000);
});

test("the figure's product falls with the distance, and wavers", () => {
  const { product, frequencies } = distance;
  expect(frequencies[0]).toBe(1);
  expect(product[0]).toBeCloseTo(1, 12);
  expect(product[128]).toBeLessThan(0.3);
  const rises = product.filter((value, d) => d > 0 && value > product[d - 1]).length;
  expect(rises).toBeGreaterThan(20);
  for (const d of [1, 17, 200]) {
    const mean = frequencies.reduce((sum, f) => sum + Math.cos(d * f), 0) / frequencies.length;
    expect(product[d]).toBeCloseTo(mean, 5);
  }
});

test("at GPT-2's size: 4,608 operations a token and layer, 768 times less than the matmul; 256 KiB for 1,024 places", () => {
  const { C, NH, maxT } = gpt2;
  expect(3 * 2 * C).toBe(4608);
  expect((2 * C * 3 * C) / 4608).toBe(768);
  const hs = C / NH;
  expect((maxT * hs * 4) / 1024).toBe(256);
  expect(ropeAngles(maxT, hs, 10_000)).toHaveLength(maxT * hs);
  expect(parameterLength("wpe", gpt2)).toBe(786_432);
});

test("the reference has six cases, of which three have fewer keys than queries, one is far out, one is Llama 3.1's", async () => {
  const cases = await loadReference("rope");
  expect(cases).toHaveLength(6);
  expect(cases.filter(({ sizes }) => sizes.NKV < sizes.NH)).toHaveLength(3);
  expect(cases.map(({ sizes }) => sizes.hs / 2)).toEqual([2, 2, 3, 1, 5, 32]);
  expect(cases.map(({ sizes }) => sizes.start)).toEqual([0, 0, 0, 0, 130_000, 9000]);
  expect(cases[5].sizes).toMatchObject({ factor: 8, low: 1, high: 4, before: 8192, base: 500_000 });
  expect([...cases[0].floats("inp")]).toEqual([...cases[1].floats("inp")]);
});
