// Facts that the lesson about GELU states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { geluBackward, geluForward } from "@llm.ts/kernels/gelu/gelu.ts";
import { expect, test } from "vitest";
import { activationTable } from "../../kernels/gpt2/activations.ts";
import * as curve from "../../lessons/08-gelu/cells/curve.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const [L, C] = [12, 768]; // GPT-2 124M

function gelu(...x: number[]): number[] {
  const out = new Float64Array(x.length);
  geluForward(out, Float64Array.from(x), x.length);
  return [...out];
}

function slope(...x: number[]): number[] {
  const dinp = new Float64Array(x.length);
  geluBackward(dinp, new Float64Array(x.length).fill(1), Float64Array.from(x), x.length);
  return [...dinp];
}

/** By adding up the bell curve from -10 to x, in small steps. */
function probabilityBelow(x: number): number {
  const steps = 200_000;
  const width = (x + 10) / steps;
  let sum = 0;
  for (let k = 0; k < steps; k++) sum += Math.exp(-((-10 + (k + 0.5) * width) ** 2) / 2);
  return (sum * width) / Math.sqrt(2 * Math.PI);
}

test("84% of normal numbers are below 1, 99.9% below 3, 16% below -1, 0.1% below -3", () => {
  const percent = (x: number) => (100 * probabilityBelow(x)).toPrecision(3);
  expect([0, 1, 3].map(percent)).toEqual(["50.0", "84.1", "99.9"]);
  expect((100 * probabilityBelow(-1)).toFixed(0)).toBe("16");
  expect((100 * probabilityBelow(-3)).toFixed(1)).toBe("0.1");
});

test("the tanh form is off by less than 0.0005, by 0.000473 near -2.7", () => {
  for (let x = -6; x <= 6; x += 0.25) {
    expect(Math.abs(gelu(x)[0] - x * probabilityBelow(x))).toBeLessThan(0.0005);
  }
  expect(Math.abs(gelu(-2.7)[0] + 2.7 * probabilityBelow(-2.7)).toFixed(6)).toBe("0.000473");
});

test("10 passes and -10 does not, to all digits of float32", () => {
  const out = new Float32Array(2);
  geluForward(out, Float32Array.of(10, -10), 2);
  expect(out[0]).toBe(10);
  expect(Math.abs(out[1])).toBe(0);
});

test("GELU of x minus GELU of -x is x, and the two slopes add up to 1", () => {
  for (const x of [0.1, 0.75, 1, 2, 5]) {
    const [a, b] = gelu(x, -x);
    expect(a - b).toBeCloseTo(x, 14);
    const [c, d] = slope(x, -x);
    expect(c + d).toBeCloseTo(1, 14);
  }
});

test("GELU is lowest near -0.75, and its slope goes from -0.129 to 1.129 near 1.42", () => {
  expect(slope(-0.76)[0]).toBeLessThan(0);
  expect(slope(-0.75)[0]).toBeGreaterThan(0);
  expect(gelu(-0.752)[0].toFixed(2)).toBe("-0.17");
  expect(slope(1.42, -1.42).map((s) => s.toFixed(3))).toEqual(["1.129", "-0.129"]);
  expect(slope(1.42)[0]).toBeGreaterThan(Math.max(...slope(1.37, 1.47)));
});

test("the exact slope has its extremes at the root of 2", () => {
  // (x Phi)' = Phi + x phi, whose derivative is (2 - x^2) phi.
  const exact = (x: number) =>
    probabilityBelow(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  expect(exact(Math.SQRT2)).toBeGreaterThan(Math.max(exact(1.4), exact(1.43)));
});

test("the example by hand: 1.0830 at 1, -0.0830 at -1, and 2.1659 with dout 2", () => {
  expect(slope(1, -1).map((s) => s.toFixed(4))).toEqual(["1.0830", "-0.0830"]);
  expect(slope(1)[0].toFixed(5)).toBe("1.08296");
  expect((2 * slope(1)[0]).toFixed(4)).toBe("2.1659");
});

test("the slope is -0.0000015 at -5, and one half at 0", () => {
  expect(slope(-5)[0].toFixed(7)).toBe("-0.0000015");
  expect(slope(0)[0]).toBe(0.5);
});

test("GELU is -0.1 at two places, with slopes of opposite signs", () => {
  const place = (low: number, high: number, falls: boolean) => {
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (gelu(middle)[0] > -0.1 === falls) low = middle;
      else high = middle;
    }
    return low;
  };
  const [left, right] = [place(-4, -0.75, true), place(-0.75, 0, false)];
  for (const x of [left, right]) expect(gelu(x)[0]).toBeCloseTo(-0.1, 10);
  expect(slope(left)[0]).toBeLessThan(0);
  expect(slope(right)[0]).toBeGreaterThan(0);
});

test("in float64 e^u is infinite from u = 710 on, and u is about 35,757 at x = 100", () => {
  expect(Math.exp(709.7)).toBeLessThan(Infinity);
  expect(Math.exp(710)).toBe(Infinity);
  expect(Math.round(Math.sqrt(2 / Math.PI) * (100 + 0.044715 * 100 ** 3))).toBe(35_757);
});

test("a float32 cube is infinite from 7e12 on", () => {
  expect(Math.fround(6.9e12 ** 3)).toBeLessThan(Infinity);
  expect(Math.fround(7e12 ** 3)).toBe(Infinity);
});

test("with x * x for the cube, outputs are too small below 0 and above 1, too large between, right far to the right", () => {
  const wrong = (x: number) =>
    0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x)));
  const signs = (...x: number[]) =>
    gelu(...x).map((right, i) => {
      const difference = wrong(x[i]) - right;
      return Math.abs(difference) < 1e-6 ? 0 : Math.sign(difference);
    });
  expect(signs(-8, -3, -1, -0.2, 1.2, 2, 4)).toEqual([-1, -1, -1, -1, -1, -1, -1]);
  expect(signs(0.2, 0.5, 0.9)).toEqual([1, 1, 1]);
  expect(signs(0, 10, 100)).toEqual([0, 0, 0]);
});

test("from 12 on a share is 0 or 1 in float32, and the slope of tanh at 20 is lost", () => {
  const u = Math.sqrt(2 / Math.PI) * (12 + 0.044715 * 12 ** 3);
  const e = Math.fround(Math.exp(-2 * u));
  expect([e / (1 + e), 1 / (1 + e)]).toEqual([0, 1]);
  expect(1 - Math.tanh(20) ** 2).toBe(0);
  expect((1 / Math.cosh(20) ** 2).toExponential(1)).toBe("1.7e-17");
});

test("where dtanh is 0 the second term is left out: x may be so large that x * x is infinite", () => {
  expect(slope(1e200, -1e200)).toEqual([1, 0]);
});

test("forward does 8 operations and a tanh, backward 20 and a tanh", async () => {
  const file = new URL("../../kernels/gelu/gelu.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const counts = source
    .split("export function")
    .slice(1)
    .map((text) => {
      const body = text.slice(text.indexOf("i++) {"), text.lastIndexOf("}")).replace("i++", "");
      return { tanh: body.split("Math.tanh").length - 1, flops: body.match(/ [-+*/]=? /g)?.length };
    });
  expect(counts).toEqual([
    { tanh: 1, flops: 8 },
    { tanh: 1, flops: 20 },
  ]);
  expect((8 + 20) / 8).toBe(3.5);
});

test("inp and out of GELU take 288 KiB for a token, 1.125 GiB for 4 sequences of 1,024", () => {
  const { fch, fchgelu } = activationTable;
  for (const { shape } of [fch, fchgelu]) {
    expect(shape({ C } as never, 1, 1)).toEqual([1, 1, 3072]);
  }
  const perToken = 2 * 4 * C * 4 * L;
  expect(perToken / 1024).toBe(288);
  expect((perToken * 4 * 1024) / 2 ** 30).toBe(1.125);
});

test("an MLP has 4,722,432 weights and biases, half is 2,361,216, the product it would be 590,592", async () => {
  expect(2 * 4 * C * C + 4 * C + C).toBe(4_722_432);
  expect(C * C + C).toBe(590_592);
  expect(await textOf("08-gelu")).toContain(
    `"${english((2 * 4 * C * C + 5 * C) / 2)}: half as many`,
  );
  expect(2 * C).toBe(1536);
});

test("the reference has five cases, one of them of 1,001 steps from -8 to 8, one far out", async () => {
  const cases = await loadReference("gelu");
  expect(cases.map(({ sizes }) => sizes.N)).toEqual([24, 37, 1, 1001, 8]);
  expect(Math.max(...cases[4].floats("inp"))).toBe(1e10);
  expect([...cases[2].floats("inp")]).toEqual([0]);
});

test("the figure begins at the example by hand", () => {
  expect(curve.x[100]).toBe(1);
  expect(curve.slope[100].toFixed(4)).toBe("1.0830");
});
