// Facts that the lesson about RMSNorm states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import { rmsnormBackward, rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { expect, test } from "vitest";
import { apart } from "../../lessons/24-rmsnorm/cells/absorb.ts";
import { g, norm, rest } from "../../lessons/24-rmsnorm/cells/tangent.ts";
import { rmsnormForward as outside } from "../../lessons/24-rmsnorm/mend/start.ts";
import { expectClose } from "../close.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("24-rmsnorm");
const row = [1, -1, 7, 7];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function forward(inp: readonly number[], eps: number, kernel = rmsnormForward) {
  const C = inp.length;
  const [out, rstd, ones] = [C, 1, C].map((n) => new Float64Array(n));
  kernel(out, rstd, Float64Array.from(inp), ones.fill(1), eps, 1, 1, C);
  return { out: [...out], rstd: rstd[0] };
}

function backward(
  inp: readonly number[],
  dout: readonly number[],
  weight: readonly number[],
  eps = 0,
) {
  const C = inp.length;
  const [dinp, dweight] = [new Float64Array(C), new Float64Array(C)];
  const [d, x, w] = [dout, inp, weight].map((a) => Float64Array.from(a));
  const { rstd } = forward(inp, eps);
  rmsnormBackward(dinp, dweight, d, x, w, Float64Array.of(rstd), 1, 1, C);
  return { dinp, dweight, rstd };
}

test("the mean square is the variance and the squared mean; without a mean both norms are one", () => {
  const mu = mean(row);
  const v = mean(row.map((x) => (x - mu) ** 2));
  expect(v + mu ** 2).toBeCloseTo(mean(row.map((x) => x * x)), 12);
  // A mean of a tenth of the spread: half a percent.
  expect(((Math.sqrt(1 + 0.1 ** 2) - 1) * 100).toFixed(1)).toBe("0.5");
  const centred = row.map((x) => x - mu);
  const [layer, ones, zeros] = [
    new Float64Array(4),
    new Float64Array(4).fill(1),
    new Float64Array(4),
  ];
  const [m, r] = [new Float64Array(1), new Float64Array(1)];
  layernormForward(layer, m, r, Float64Array.from(centred), ones, zeros, 1, 1, 4);
  expectClose("out", Float64Array.from(forward(centred, 1e-5).out), layer, {
    atol: 1e-12,
    rtol: 0,
  });
});

test("a model with LayerNorm has one with RMSNorm that computes the same", () => {
  expect(apart).toBeLessThan(1e-10);
  expect(text).toContain("computes the very same, with other weights");
});

test("dinp of the example by hand is -0.028, 0.028, 0.204, -0.196: perpendicular to the row, and no sum of 0", () => {
  const { dinp } = backward(row, [0, 0, 1, 0], [1, 1, 2, 1]);
  const cells = Array.from(dinp, (x) => `**${x.toFixed(3).replace("-", "−")}**`);
  expect(text).toContain(`| $\\partial L / \\partial x_i$ | ${cells.join(" | ")} |`);
  expect(dinp.reduce((sum, d, i) => sum + d * row[i], 0)).toBeCloseTo(0, 14);
  expect(Math.abs(mean([...dinp]))).toBeGreaterThan(0.001);
});

test("with an eps the gradient has C r mean(g norm) eps r^2 along norm, and the mean of norm^2 is 1 - eps r^2", () => {
  const [dout, weight, eps] = [[0.3, -2, 1, 0.7], [2, 1, 0.5, 1], 0.7];
  const { dinp, rstd: r } = backward(row, dout, weight, eps);
  const hat = row.map((x) => x * r);
  const meanGx = mean(dout.map((d, i) => d * weight[i] * hat[i]));
  const along = dinp.reduce((sum, d, i) => sum + d * hat[i], 0);
  expect(along).toBeCloseTo(4 * r * meanGx * eps * r * r, 12);
  expect(mean(hat.map((x) => x * x))).toBeCloseTo(1 - eps * r * r, 12);
});

test("in the figure what is left is perpendicular to norm, at most all of g, and at places nothing", () => {
  expect(Math.hypot(...norm)).toBeCloseTo(Math.SQRT2, 12);
  const lengths: number[] = [];
  for (let k = 0; k < g.length; k += 2) {
    expect(rest[k] * norm[0] + rest[k + 1] * norm[1]).toBeCloseTo(0, 12);
    lengths.push(Math.hypot(rest[k], rest[k + 1]));
  }
  expect(Math.max(...lengths)).toBeGreaterThan(0.99);
  expect(Math.min(...lengths)).toBeLessThan(0.05);
});

test("eps outside of the root: 0.99 for 0.30, rstd of 100,000 for 316, and ordinary rows do not tell", async () => {
  expect(forward([1e-3, 1e-3], 1e-5, outside).out[0].toFixed(2)).toBe("0.99");
  expect(forward([1e-3, 1e-3], 1e-5).out[0].toFixed(2)).toBe("0.30");
  expect(Math.sqrt(1.1e-5).toFixed(4)).toBe("0.0033");
  expect((1e-3 + 1e-5).toFixed(5)).toBe("0.00101");
  expect(Math.round(forward([0, 0], 1e-5).rstd)).toBe(316);
  expect(Math.round(forward([0, 0], 1e-5, outside).rstd)).toBe(100_000);
  const agrees: Record<string, boolean> = {};
  for (const { name, sizes, floats } of await loadReference("rmsnorm")) {
    const torch = floats("out");
    const [out, rstd] = [torch.slice(), floats("rstd")];
    outside(out, rstd, floats("inp"), floats("weight"), sizes.eps, sizes.B, sizes.T, sizes.C);
    agrees[name] = out.every(
      (value, i) => Math.abs(value - torch[i]) <= 1e-5 + 1e-5 * Math.abs(torch[i]),
    );
  }
  expect(agrees).toEqual({ lesson: true, odd: true, large: false, wide: true });
});

test("a row takes the sign of a factor and nothing else; a step against dinp makes it longer", () => {
  const scaled = forward(
    row.map((x) => -3 * x),
    0,
  ).out;
  expectClose(
    "out",
    Float64Array.from(scaled),
    Float64Array.from(forward(row, 0).out, (y) => -y),
    {
      ...{ atol: 1e-14, rtol: 0 },
    },
  );
  const ones = [1, 1, 1, 1];
  for (const d of backward(row, forward(row, 0).out, ones).dinp) expect(d).toBeCloseTo(0, 14);
  const { dinp } = backward(row, [0.3, -2, 1, 0.7], ones);
  const length = (step: number) => Math.hypot(...row.map((x, i) => x - step * dinp[i]));
  for (const step of [-0.1, 0.1]) expect(length(step)).toBeGreaterThan(length(0));
});

test("65 norms of 4,096 weights are 266,240, 0.003% of 8 billion", () => {
  const weights = (2 * 32 + 1) * 4096;
  expect(text).toContain(`$2 \\cdot 32 + 1 = 65$ norms and ${english(weights)} weights`);
  expect(text).toContain(`${((100 * weights) / 8.03e9).toFixed(3)}% of the model`);
});

test("forward does 2 + 2 operations for each element, backward 4 + 8", async () => {
  const file = new URL("../../kernels/rmsnorm/rmsnorm.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\/\/.*/g, "");
  const [, first, second] = source.split("export function");
  expect(countOperations(first)).toEqual([2, 2]);
  // The third loop runs once for all rows, not for each element.
  expect(countOperations(second)).toEqual([4, 8, 1]);
});

/** Arithmetic on elements in each loop over i: not the arithmetic of indices, nor that of the loop itself. */
function countOperations(source: string): number[] {
  const loops = source.matchAll(/for \(let i = 0; i < C; i\+\+\) (?:\{([^}]*)\}|([^;]*;))/g);
  return Array.from(loops, ([, block, line]) => {
    const body = (block ?? line).replaceAll(/\[[^\]]*\]/g, "");
    return body.match(/[-+*/]=?/g)?.length ?? 0;
  });
}

test("the solution agrees with PyTorch to a few millionths", async () => {
  const { rmsnormBackward: solution } = await import(
    "../../lessons/24-rmsnorm/backward/solution.ts"
  );
  for (const { sizes, floats } of await loadReference("rmsnorm")) {
    const { B, T, C } = sizes;
    const before = (n: number): Floats => new Float32Array(n).fill(0.75);
    const [dinp, dweight] = [before(B * T * C), before(C)];
    const [dout, inp, weight, rstd] = ["dout", "inp", "weight", "rstd"].map(floats);
    solution(dinp, dweight, dout, inp, weight, rstd, B, T, C);
    const from = (name: string) => floats(name).map((value) => value + 0.75);
    expectClose("dinp", dinp, from("dinp"), { atol: 1e-5, rtol: 1e-5 });
    expectClose("dweight", dweight, from("dweight"), { atol: 1e-5, rtol: 1e-5 });
  }
});
