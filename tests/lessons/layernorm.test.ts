// Facts that the LayerNorm lesson states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { layernormBackward, layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { expect, test } from "vitest";
import { float32, float64, h } from "../../lessons/05-layernorm/cells/stepsize.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("05-layernorm");

const C = 4;
const ones = new Float64Array(C).fill(1);
const zeros = new Float64Array(C);
const row = [1, 7, 9, 15];

function forward(inp: number[]) {
  const [out, mean, rstd] = [C, 1, 1].map((length) => new Float64Array(length));
  layernormForward(out, mean, rstd, Float64Array.from(inp), ones, zeros, 1, 1, C);
  return { out, mean: mean[0], rstd: rstd[0] };
}

function average(values: Floats): number {
  return (values as Float64Array).reduce((sum, x) => sum + x, 0) / values.length;
}

const variance = (values: Float64Array) => average(values.map((x) => (x - average(values)) ** 2));

test("the row of the example has mean 8 and variance 25, and leaves with variance 0.9999996", () => {
  const { out, mean, rstd } = forward(row);
  expect(mean).toBe(8);
  expect(rstd).toBeCloseTo(0.2, 6);
  expectClose("out", out, Float64Array.of(-1.4, -0.2, 0.2, 1.4), { atol: 1e-6, rtol: 0 });
  expect(variance(out).toFixed(7)).toBe("0.9999996");
});

test("ten times the row, or the row plus 100, gives the same output but for a trace of eps", () => {
  const { out } = forward(row);
  const close = { atol: 1e-6, rtol: 0 };
  expectClose("scaled", forward(row.map((x) => 10 * x)).out, out, close);
  expectClose("shifted", forward(row.map((x) => x + 100)).out, out, { atol: 1e-14, rtol: 0 });
});

test("a thousandth of the row leaves with variance 2.5 / 3.5", () => {
  const { out } = forward(row.map((x) => x / 1000));
  expect(variance(out)).toBeCloseTo(2.5 / 3.5, 12);
  expect((2.5 / 3.5).toFixed(2)).toBe("0.71");
});

test("a row of equal values has rstd 316", () => {
  expect(Math.round(forward([7, 7, 7, 7]).rstd)).toBe(316);
});

test("dinp of the example by hand is 0.104, -0.128, -0.072, 0.096", () => {
  const { dinp, dweight } = backward(row, [1, 0, 0, 0], [2, 1, 1, 1], 8, 1 / 5);
  const close = { atol: 1e-14, rtol: 0 };
  expectClose("dinp", dinp, Float64Array.of(0.104, -0.128, -0.072, 0.096), close);
  const cells = Array.from(dinp, (x) => `**${x.toFixed(3).replace("-", "−")}**`);
  expect(text).toContain(`| $\\partial L / \\partial x_i$ | ${cells.join(" | ")} |`);
  expectClose("dweight", dweight, Float64Array.of(-1.4, 0, 0, 0), close);
});

test("the gradient has no part along (1, ..., 1), and but for eps none along norm", () => {
  const { mean, rstd } = forward(row);
  const { dinp } = backward(row, [0.3, -2, 1, 0.7], [2, 1, 0.5, 1], mean, rstd);
  expect(average(dinp)).toBeCloseTo(0, 14);
  expect(Math.abs(average(dinp.map((d, i) => d * (row[i] - mean) * rstd)))).toBeLessThan(1e-7);
});

test("equal dout on every channel, with weights 1, gives dinp 0", () => {
  const { mean, rstd } = forward(row);
  for (const d of backward(row, [5, 5, 5, 5], [1, 1, 1, 1], mean, rstd).dinp) {
    expect(d).toBeCloseTo(0, 14);
  }
});

test("a row a hundred times as wide has a hundredth of the gradient", () => {
  const wide = row.map((x) => 100 * x);
  const gradient = (inp: number[]) => {
    const { mean, rstd } = forward(inp);
    return backward(inp, [0.3, -2, 1, 0.7], [2, 1, 0.5, 1], mean, rstd).dinp;
  };
  const hundredth = gradient(row).map((d) => d / 100);
  expectClose("dinp", gradient(wide), hundredth, { atol: 1e-8, rtol: 1e-5 });
});

test("25 layers of 768 weights and biases are 38,400 numbers, 0.03% of GPT-2 124M", () => {
  const [L, width, V, maxT] = [12, 768, 50257, 1024];
  const layers = 2 * L + 1;
  const block = 12 * width * width + 13 * width; // matrices, and all biases and weights of one block
  const parameters = V * width + maxT * width + L * block + 2 * width;
  expect(layers).toBe(25);
  expect(text).toContain(`$2 \\cdot ${L} + 1 = ${layers}$ in all`);
  expect(text).toContain(`That comes to ${english(layers * 2 * width)} learned numbers`);
  expect(parameters).toBe(124_439_808);
  expect(text).toContain(`${((100 * layers * 2 * width) / parameters).toFixed(2)}% of the model`);
});

test("the V: both errors fall as h^2 and rise as 1/h, and turn where the lesson says", () => {
  const best = (errors: number[]) => errors.indexOf(Math.min(...errors));
  const at = (step: number) => h.findIndex((x) => Math.abs(x / step - 1) < 1e-6);
  const between = (value: number, low: number, high: number) => {
    expect(value).toBeGreaterThan(low);
    expect(value).toBeLessThan(high);
  };
  expect(h.length).toBe(45);
  // u^(1/3) = 3.9e-3 and 4.8e-6; u^(2/3) = 1.5e-5 and 2.3e-11
  between(h[best(float32)] / 2 ** -8, 1, 10);
  between(h[best(float64)] / 2 ** (-53 / 3), 1, 10);
  between(float32[best(float32)] / 2 ** -16, 0.1, 10);
  between(float64[best(float64)] / 2 ** (-106 / 3), 0.1, 10);
  between(float64[at(0.1)] / float64[at(0.01)], 90, 110); // two powers of ten for one
  between(float64[at(0.1)] / 0.1 ** 2, 0.015, 0.025); // a
  expect(float32[at(0.1)]).toBeCloseTo(float64[at(0.1)], 5); // the same cut-off in both
  between(float64[at(1e-10)] / float64[at(1e-7)], 300, 3000); // three powers of ten for three
  between(float32[at(1e-6)] / float32[at(1e-3)], 300, 3000);
  between(float32[at(1e-7)], 0.3, 1.2); // the quiz
  expect(float32[at(1e-12)]).toBe(1);
});

test("forward does 8 operations for each element, backward 6 + 11", async () => {
  const file = new URL("../../kernels/layernorm/layernorm.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\/\/.*/g, "");
  const [, first, second] = source.split("export function");
  expect(countOperations(first)).toEqual([1, 3, 4]);
  // The third loop runs once for all rows, not for each element.
  expect(countOperations(second)).toEqual([6, 11, 2]);
});

test("at B = 4, T = 64, C = 768, mean and rstd take 2 KiB where norm would take 768 KiB", () => {
  const [kept, recomputed] = [2, 768].map((perRow) => (4 * 64 * perRow * 4) / 1024);
  expect(text).toContain(`that means keeping ${kept} KiB instead of ${recomputed} KiB`);
  expect(text).toContain(`A row of 768 numbers is ${(4 * 768) / 1024}&nbsp;KiB`);
  expect(19.5 / 1.56).toBeCloseTo(12.5, 10);
});

test("the solution is off by millionths, every known mistake by more than 0.1", async () => {
  const folder = new URL("../../lessons/05-layernorm/backward/", import.meta.url);
  const solution = await import(`${folder}solution.ts`);
  expect(await largestDifference(solution.layernormBackward)).toBeLessThan(5e-6);

  const { mutants } = await import(`${folder}mutants.ts`);
  const source = await readFile(new URL("solution.ts", folder), "utf8");
  const { transform } = await import("sucrase");
  for (const { name, find, replace } of mutants) {
    const { code } = transform(
      source.replace(find, () => replace),
      { transforms: ["typescript"] },
    );
    const mutant = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    expect(await largestDifference(mutant.layernormBackward), name).toBeGreaterThan(0.1);
  }
});

function backward(inp: number[], dout: number[], weight: number[], mean: number, rstd: number) {
  const [dinp, dweight, dbias] = [C, C, C].map((length) => new Float64Array(length));
  const [d, x, w, m, r] = [dout, inp, weight, [mean], [rstd]].map((a) => Float64Array.from(a));
  layernormBackward(dinp, dweight, dbias, d, x, w, m, r, 1, 1, C);
  return { dinp, dweight, dbias };
}

/** Arithmetic on elements in each loop over i: not the arithmetic of indices, nor that of the loop itself. */
function countOperations(source: string): number[] {
  const loops = source.matchAll(/for \(let i = 0; i < C; i\+\+\) (?:\{([^}]*)\}|([^;]*;))/g);
  return Array.from(loops, ([, block, line]) => {
    const body = (block ?? line).replaceAll(/\[[^\]]*\]/g, "");
    return body.match(/[-+*/]=?/g)?.length ?? 0;
  });
}

/** Of a backward pass from PyTorch's gradients, over all cases, with gradients that begin at other values than 0. */
async function largestDifference(kernel: typeof layernormBackward): Promise<number> {
  let largest = 0;
  for (const { sizes, floats } of await loadReference("layernorm")) {
    const before = ["dinp", "dweight", "dbias"].map((name, k) =>
      random(floats(name).length, k, 0.5, 1),
    );
    const [dinp, dweight, dbias] = before.map((array) => array.slice());
    const [dout, inp, weight, mean, rstd] = ["dout", "inp", "weight", "mean", "rstd"].map(floats);
    kernel(dinp, dweight, dbias, dout, inp, weight, mean, rstd, sizes.B, sizes.T, sizes.C);
    for (const [k, after] of [dinp, dweight, dbias].entries()) {
      const torch = floats(["dinp", "dweight", "dbias"][k]);
      for (let i = 0; i < torch.length; i++) {
        largest = Math.max(largest, Math.abs(after[i] - before[k][i] - torch[i]));
      }
    }
  }
  return largest;
}
