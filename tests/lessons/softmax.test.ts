// Facts that the lesson about softmax states in its prose and that none of its cells prints.

import { readFile } from "node:fs/promises";
import { softmaxBackward, softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { expect, test } from "vitest";
import { jacobian } from "../../lessons/10-softmax/cells/jacobian.ts";
import {
  entropies,
  probs,
  temperatures,
  words,
} from "../../lessons/10-softmax/cells/temperature.ts";
import { softmaxForward as softmaxWithBug } from "../../lessons/10-softmax/mend/start.ts";
import { loadReference } from "../reference.ts";
import { english, textOf } from "./text.ts";

const text = await textOf("10-softmax");

const [V, Vp, C] = [50257, 50304, 768]; // GPT-2 124M

function softmax(...logits: number[]): number[] {
  const N = logits.length;
  const p = new Float64Array(N);
  softmaxForward(p, Float64Array.from(logits), 1, 1, N, N);
  return [...p];
}

function gradient(p: number[], dprobs: number[]): number[] {
  const N = p.length;
  const dlogits = new Float64Array(N);
  softmaxBackward(dlogits, Float64Array.from(dprobs), Float64Array.from(p), 1, 1, N, N);
  return [...dlogits];
}

test("50,304 is 393 times 128, 47 columns more than there are tokens, 0.09%", () => {
  expect(393 * 128).toBe(Vp);
  expect(392 * 128).toBeLessThan(V);
  expect(Vp - V).toBe(47);
  expect((100 * (47 / V)).toFixed(2)).toBe("0.09");
  expect(V % 2).toBe(1);
});

test("47 logits of 0 beside 50,257 of -5 would get 12%", () => {
  expect(Math.exp(-5).toFixed(4)).toBe("0.0067");
  expect((V * Math.exp(-5)).toFixed(1)).toBe("338.6");
  expect(Math.round((100 * 47) / (47 + V * Math.exp(-5)))).toBe(12);
});

test("the Jacobian of one token has 2,525,766,049 numbers, 9.4 GiB", () => {
  expect(V * V).toBe(2_525_766_049);
  expect(text).toContain(`$50257^2 = ${english(V * V).replaceAll(",", "{,}")}$`);
  expect(text).toContain(`take ${((V * V * 4) / 2 ** 30).toFixed(1)}&nbsp;GiB in float32`);
});

test("a row takes 196.5 KiB, the rows of 4 sequences of 1,024 tokens 786 MiB, their attention 192 MiB", () => {
  const [B, T, NH] = [4, 1024, 12];
  expect(text).toContain(`A row is ${(Vp * 4) / 1024}&nbsp;KiB long`);
  expect(text).toContain(`\`(B, T, Vp)\` is ${(B * T * Vp * 4) / 2 ** 20}&nbsp;MiB`);
  expect(text).toContain(`the next largest, would take ${(B * NH * T * T * 4) / 2 ** 20}&nbsp;MiB`);
  expect(2 * C).toBe(1536);
});

test("a constant changes nothing, and ten times the logits leave the others 0.0001 in all", () => {
  const row = [2, 1, 0, -1, 1];
  const moved = softmax(...row.map((z) => z + 100));
  for (const [i, p] of softmax(...row).entries()) expect(moved[i]).toBeCloseTo(p, 14);
  const cold = softmax(...row.map((z) => 10 * z));
  expect((1 - cold[0]).toFixed(4)).toBe("0.0001");
  expect(cold[0] / cold[1]).toBeCloseTo(Math.exp(10), 6);
});

test("an exponential leaves float32 at 88.73", () => {
  expect(text).toContain("infinite from a score of 88.73 on");
  expect(Math.fround(Math.exp(88.73))).toBe(Infinity);
  expect(Math.fround(Math.exp(88.72))).toBeLessThan(Infinity);
});

test("log-sum-exp is at least the largest score, and at most ln V more", () => {
  for (const row of [
    [2, 1, 0],
    [5, 5, 5],
    [-3, 40, 1],
  ]) {
    const above = Math.log(row.reduce((sum, z) => sum + Math.exp(z - Math.max(...row)), 0));
    expect(above).toBeGreaterThanOrEqual(0);
    expect(above).toBeLessThanOrEqual(Math.log(row.length));
  }
});

test("at temperature 0.5 the probabilities 0.8 and 0.2 become 0.94 and 0.06", () => {
  const z = [0.8, 0.2].map((p) => Math.log(p) / 0.5);
  expect(softmax(...z).map((p) => p.toFixed(2))).toEqual(["0.94", "0.06"]);
  expect(softmax(...z)[0]).toBeCloseTo(16 / 17, 12);
});

test("the figure goes from 0.1 to 10, begins at 1, and its entropies lie between 0 and log V", () => {
  expect(temperatures[0]).toBeCloseTo(0.1, 12);
  expect(temperatures[20]).toBe(1);
  expect(temperatures[40]).toBeCloseTo(10, 12);
  const N = words.length;
  expect(probs[0]).toBeGreaterThan(0.999); // the first word has everything
  expect(probs[40 * N + N - 1]).toBeGreaterThan(0.05); // the last has its share
  for (let k = 1; k < entropies.length; k++) expect(entropies[k]).toBeGreaterThan(entropies[k - 1]);
  expect(entropies[0]).toBeGreaterThan(0);
  expect(entropies[40]).toBeLessThan(Math.log(N));
});

test("the example by hand: 0.4375, -0.125, -0.3125", () => {
  const p = softmax(0, Math.log(2), Math.log(5));
  for (const [i, wanted] of [0.125, 0.25, 0.625].entries()) expect(p[i]).toBeCloseTo(wanted, 14);
  const dlogits = gradient(p, [4, 0, 0]);
  for (const [i, wanted] of [0.4375, -0.125, -0.3125].entries()) {
    expect(dlogits[i]).toBeCloseTo(wanted, 14);
  }
  expect((0.125 * 0.875).toFixed(5)).toBe("0.10938");
  expect((0.25 * 0.75).toFixed(5)).toBe("0.18750");
  expect((0.625 * 0.375).toFixed(5)).toBe("0.23438");
});

test("rows and columns of the Jacobian add up to 0, and it is the same when turned over", () => {
  const N = Math.sqrt(jacobian.length);
  for (let i = 0; i < N; i++) {
    let [row, column] = [0, 0];
    for (let j = 0; j < N; j++) {
      row += jacobian[i * N + j];
      column += jacobian[j * N + i];
      expect(jacobian[i * N + j]).toBeCloseTo(jacobian[j * N + i], 14);
    }
    expect(row).toBeCloseTo(0, 14);
    expect(column).toBeCloseTo(0, 14);
  }
});

test("with one score far above the others the whole Jacobian is next to 0", () => {
  const p = softmax(10, 1, 0, -1, 1);
  for (const d of gradient(p, [1, 0, 0, 0, 0])) expect(Math.abs(d)).toBeLessThan(0.001);
});

test("dprobs that are all equal give no gradient", () => {
  for (const d of gradient(softmax(1, 2, 0.5), [3, 3, 3])) expect(d).toBeCloseTo(0, 14);
});

test("the mean instead of the largest logit still overflows", () => {
  const row = [0, 0, 0, 1000];
  const mean = 250;
  expect(row.map((z) => Math.exp(z - mean)).includes(Infinity)).toBe(true);
});

test("forward does 4 operations and an exponential for each number, backward 5", async () => {
  const file = new URL("../../kernels/softmax/softmax.ts", import.meta.url);
  const source = (await readFile(file, "utf8")).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const counts = source
    .split("export function")
    .slice(1)
    .map((text) => {
      const loops = text.matchAll(/for \(let i = 0; i < V; i\+\+\) (?:\{([^}]*)\}|([^;]*;))/g);
      const bodies = Array.from(loops, ([, block, line]) => block ?? line).join("\n");
      const flops = bodies.replaceAll(/\[[^\]]*\]/g, "").match(/ [-+*/]=? |Math\.max/g)?.length;
      return { flops, exp: bodies.split("Math.exp").length - 1 };
    });
  expect(counts).toEqual([
    { flops: 4, exp: 1 },
    { flops: 5, exp: 0 },
  ]);
});

test("of the seven cases one has no padding, one a single token, one logits of size 10^4; the bug leaves five right", async () => {
  const cases = await loadReference("softmax");
  expect(cases).toHaveLength(7);
  expect(text).toContain("Your function was called seven times");
  expect(cases.filter(({ sizes }) => sizes.V === sizes.Vp)).toHaveLength(1);
  expect(cases.filter(({ sizes }) => sizes.V === 1)).toHaveLength(1);
  const { sizes, floats } = cases[5];
  expect(sizes).toMatchObject({ B: 2, T: 1 });
  const largest = [0, 1].map((row) =>
    Math.max(...floats("logits").subarray(row * sizes.Vp, row * sizes.Vp + sizes.V)),
  );
  expect(largest.map((z) => Math.floor(z / 1000))).toEqual([25, 18]);
  expect(Math.round((largest[1] - largest[0]) / 1000)).toBe(-7);
  for (const p of floats("probs")) expect(p === 0 || p === 1).toBe(true);
  for (const d of floats("dlogits")) expect(Math.abs(d)).toBe(0);

  // Which rows the bug to find turns into NaN: none of ordinary cases, and all but the largest of the others.
  const lost = cases.map((one) => {
    const { B, T, V, Vp } = one.sizes;
    const probs = new Float32Array(B * T * Vp);
    softmaxWithBug(probs, one.floats("logits"), B, T, V, Vp);
    return Array.from({ length: B * T }, (_, bt) => bt).filter((bt) =>
      Number.isNaN(probs[bt * Vp]),
    );
  });
  expect(lost.slice(0, 6)).toEqual([[], [], [], [], [], [1]]);
  const apart = cases[6];
  const tops = Array.from({ length: apart.sizes.B * apart.sizes.T }, (_, bt) =>
    Math.max(
      ...apart.floats("logits").subarray(bt * apart.sizes.Vp, bt * apart.sizes.Vp + apart.sizes.V),
    ),
  );
  const top = Math.max(...tops);
  expect(lost[6]).toEqual([...tops.keys()].filter((bt) => tops[bt] < top - 800));
  expect(lost[6].length).toBeGreaterThan(5);
});
