// The map of the model: every lesson is on it, and what it tells adds up.

import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { expect, test } from "vitest";
import { course } from "../../src/course.ts";
import { groups, learned, shareOf } from "../../src/map/parts.ts";

const gpt2 = presets["gpt2-124M"];
const lessons = course.map(({ slug }) => slug);

test("every lesson is on the map, and nothing else", () => {
  const onMap = new Set(groups.flatMap(({ rows }) => rows.flat().map(({ lesson }) => lesson)));
  expect([...onMap].sort()).toEqual([...lessons].sort());
});

test.each(Object.entries(presets))(
  "what the lessons hold and cost in %s is the whole",
  (_, config) => {
    const shares = lessons.map((lesson) => shareOf(lesson, config));
    const sum = (of: (share: (typeof shares)[number]) => number) =>
      shares.reduce((total, share) => total + of(share), 0);
    expect(sum(({ parameters }) => parameters)).toBe(learned(config));
    expect(sum(({ parametersShare }) => parametersShare)).toBeCloseTo(1, 12);
    expect(sum(({ flopsShare }) => flopsShare)).toBeCloseTo(1, 12);
  },
);

test("GPT-2 124M is as it is known", () => {
  expect(learned(gpt2)).toBe(124_439_808);
  expect(shareOf("layernorm", gpt2)).toMatchObject({ times: 25, parameters: 25 * 2 * 768 });
  const { times, parameters, flopsShare } = shareOf("matmul", gpt2);
  expect([times, parameters]).toEqual([49, 12 * (12 * 768 ** 2 + 9 * 768)]);
  // 2 operations for each weight and token, the 50,304 rows of wte among them, of 4 * 64 tokens.
  const flops = 2 * 256 * (12 * 12 * 768 ** 2 + 50304 * 768);
  const others = flops * (1 / flopsShare - 1);
  expect(others / flops).toBeLessThan(0.02);
  expect(shareOf("adamw", gpt2)).toEqual({
    times: 0,
    parameters: 0,
    parametersShare: 0,
    flopsShare: 0,
  });
});
