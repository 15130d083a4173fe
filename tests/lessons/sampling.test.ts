// Facts that the lesson about sampling states in its prose and that none of its cells prints.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { type SampleOptions, sampleToken } from "@llm.ts/kernels/model/sample.ts";
import { uniform } from "@llm.ts/kernels/runtime/random.ts";
import { describe, expect, test } from "vitest";
import { logitsAfter, tokens, V } from "../../lessons/18-sampling/cells/counted.ts";
import { drawTokens as buggy } from "../../lessons/18-sampling/draw/start.ts";
import { shareOut } from "../../lessons/18-sampling/figures/sampling.ts";
import { keepLikeliest } from "../../lessons/18-sampling/likeliest/solution.ts";
import { defaultSampling, defaults } from "../../src/training/settings.ts";
import { expectClose } from "../close.ts";
import { random } from "../random.ts";
import { loadReference } from "../reference.ts";
import { printedBy } from "./printed.ts";

const play = [2, 1, 0, -1, -2]; // the logits of the cell to play with

/** What is left of the cell's five probabilities, as a list with three digits each. */
function left(temperature: number, topK = 5, topP = 1): string {
  const probs = new Float64Array(5);
  keepLikeliest(probs, Float64Array.from(play), temperature, topK, topP, 1, 5, 5);
  return Array.from(probs, (p) => p.toFixed(3)).join(" ");
}

test("five words at temperature 1, at 0.5, and with top-k and top-p", () => {
  expect(left(1)).toBe("0.636 0.234 0.086 0.032 0.012");
  expect(left(0.5)).toMatch(/^0\.865 0\.117 /);
  expect(left(1, 2)).toBe("0.731 0.269 0.000 0.000 0.000");
  expect(left(1, 5, 0.8)).toBe(left(1, 2));
  expect(left(1, 5, 0.6)).toBe("1.000 0.000 0.000 0.000 0.000");
  expect((0.6364 + 0.2341).toFixed(3)).toBe("0.870");
  expect((Math.E / (Math.E + 1)).toFixed(3)).toBe("0.731");
});

test("50,000 tokens of 0.000002 are one draw in ten", () => {
  expect(50_000 * 0.000002).toBeCloseTo(0.1, 12);
});

describe("the counted model", () => {
  test("has 31 tokens, and probabilities that add up to 1", () => {
    expect(V).toBe(31);
    expect(31 ** 3).toBe(29_791);
    for (const text of ["", "to", "to ", "qqq", "whatever it was: to"]) {
      const sum = logitsAfter(text).reduce((total, z) => total + Math.exp(z), 0);
      expect(sum, text).toBeCloseTo(1, 5);
    }
  });

  test("looks at three characters only, and gives about a quarter to shorter contexts", () => {
    expect(logitsAfter("in the mind to ")).toEqual(logitsAfter("to "));
    const seen = ["b", "s", "t", "d", "e"]; // what follows "to " in the passage
    const sum = seen
      .map((token) => Math.exp(logitsAfter("to ")[tokens.indexOf(token)]))
      .reduce((total, p) => total + p, 0);
    expect(sum).toBeGreaterThan(0.98 * 0.75); // and some of the shorter contexts' quarter besides
    expect(Math.min(...logitsAfter("to "))).toBeGreaterThan(Math.log(0.02 / V) - 1e-6);
  });

  test("written greedily goes in a circle: to sleep, to sleep", () => {
    let text = "to ";
    for (let i = 0; i < 200; i++)
      text += tokens[sampleToken(logitsAfter(text), V, { temperature: 0 }, 0)];
    expect(text.slice(3, 203)).toBe("sleep to ".repeat(23).slice(0, 200));
  });
});

test("the figure cuts and draws as sampleToken and the exercise's solution do", () => {
  const logits = Array.from(random(30, 3, 3));
  for (const temperature of [0.3, 1, 2.5]) {
    for (const topK of [1, 7, 30]) {
      for (const topP of [0.05, 0.5, 0.95, 1]) {
        const shares = shareOut(logits, { temperature, topK, topP });
        const probs = new Float64Array(30);
        for (const { id, after } of shares) probs[id] = after;
        const expected = new Float64Array(30);
        keepLikeliest(expected, Float64Array.from(logits), temperature, topK, topP, 1, 30, 30);
        expectClose("probabilities", probs, expected, { atol: 1e-12, rtol: 0 });
        expect(frequencies(logits, { temperature, topK, topP })).toEqual(
          Array.from(expected, (p) => expect.closeTo(p, 2)),
        );
      }
    }
  }
});

/** How often each token comes up when u goes through the line from 0 to 1. */
function frequencies(logits: number[], options: SampleOptions): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  const draws = 2000;
  for (let i = 0; i < draws; i++) {
    counts[sampleToken(Float64Array.from(logits), logits.length, options, (i + 0.5) / draws)]++;
  }
  return counts.map((count) => count / draws);
}

test("the bug to find shows on borders only: rows 0 to 4", async () => {
  const cases = await loadReference("draw");
  expect(cases.map(({ name }) => name)).toEqual(["lesson", "fractions", "many", "borders"]);
  for (const { name, sizes, floats, ints } of cases) {
    const drawn = new Int32Array(sizes.N);
    buggy(drawn, floats("weights"), floats("u"), sizes.N, sizes.V);
    const torch = ints("tokens");
    const wrong = Array.from(drawn.keys()).filter((n) => drawn[n] !== torch[n]);
    expect(wrong, name).toEqual(name === "borders" ? [0, 1, 2, 3, 4] : []);
  }
  const { floats } = cases[3];
  expect(Array.from(floats("weights").subarray(4, 8))).toEqual([1, 1, 2, 0]);
  expect(floats("u")[1]).toBe(0.25);
});

test("writing 1,024 tokens goes through 524,800 places, over five hundred times 1,024", () => {
  const places = Array.from({ length: 1024 }, (_, t) => t + 1).reduce((a, b) => a + b);
  expect(places).toBe(524_800);
  expect(places).toBe((1024 * 1025) / 2);
  expect(places / 1024).toBeGreaterThan(500);
});

test("the cache of GPT-2 124M takes 18,432 numbers, 72 KiB, for each token, and 72 MiB for 1,024", () => {
  const { L, C, maxT } = presets["gpt2-124M"];
  const numbers = 2 * L * C;
  expect(numbers).toBe(18_432);
  expect((4 * numbers) / 1024).toBe(72);
  expect((4 * numbers * maxT) / 2 ** 20).toBe(72);
});

test("attention with a cache has the same bits as attention over the whole text", async () => {
  const lines = await printedBy(() => import("../../lessons/18-sampling/cells/cache.ts"));
  expect(lines[0]).toBe("largest difference: 0.0e+0");
});

test("the trainer has fields for the three options, as the text says", () => {
  expect(Object.keys(defaultSampling).sort()).toEqual(["prompt", "temperature", "topK", "topP"]);
});

test("by default the tiny model writes 64 tokens every 200 steps, and reads 800 texts in between", () => {
  expect(defaults.tiny).toMatchObject({
    sampleEvery: 200,
    sampleLength: 64,
    B: 4,
    accumulation: 1,
  });
  expect(defaults.tiny.sampleEvery * defaults.tiny.B).toBe(800); // texts read in between
});

test("a u is one of 2^32 numbers, about four billion", () => {
  const u = uniform({ key1: 1, key2: 2 }, 3) * 2 ** 32;
  expect(Number.isInteger(u)).toBe(true);
  expect(Math.round(2 ** 32 / 1e9)).toBe(4);
});
