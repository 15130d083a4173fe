// The map of the model: every lesson is on it, and what it tells adds up.

import { costOf, watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise } from "@llm.ts/kernels/model/model.ts";
import { expect, test } from "vitest";
import { course, courseParts } from "../../src/course.ts";
import { B, groups, learned, shareOf, T } from "../../src/map/parts.ts";

const gpt2 = presets["gpt2-124M"];
const lessons = course.map(({ slug }) => slug);

test("every lesson is on the map, and nothing else", () => {
  const onMap = new Set(groups.flatMap(({ rows }) => rows.flat().map(({ lesson }) => lesson)));
  expect([...onMap].sort()).toEqual([...lessons].sort());
});

test("a group with the name of a part of the course has that part's lessons", () => {
  const named = groups.flatMap(({ name, rows }) => {
    const part = courseParts.find(({ title }) => title === name);
    if (!part) return [];
    expect(
      rows.flat().map(({ lesson }) => lesson),
      name,
    ).toEqual(part.entries.map(({ slug }) => slug));
    return [name];
  });
  expect(named).toEqual(["Beyond GPT-2"]);
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

test("what lessons cost beside each other is what a forward pass does in their kernels", () => {
  const config = { maxT: 64, V: 300, Vp: 384, L: 2, NH: 2, C: 8 };
  const counted: Record<string, number> = {};
  const backend = watchKernels(createCpu(Float32Array), (kernel, args) => {
    const lesson = kernel.replace(/[A-Z].*/, "");
    counted[lesson] = (counted[lesson] ?? 0) + costOf(kernel, args).flops;
  });
  const model = createGPT2(backend, config, { B, T, training: true });
  initialise(model, 1);
  for (const lesson of Object.keys(counted)) delete counted[lesson];
  model.architecture.forward(model, new Int32Array(B * T));
  const { matmul: inBlocks, ...others } = counted;
  const matmul = inBlocks + 2 * B * T * config.C * config.Vp; // the classifier's comes with the loss
  expect(Object.keys(others).sort()).toEqual(
    ["attention", "encoder", "gelu", "layernorm", "residual"].sort(),
  );
  const share = (lesson: string) => shareOf(lesson, config).flopsShare;
  for (const [lesson, flops] of Object.entries(others)) {
    expect(share(lesson) / share("matmul"), lesson).toBeCloseTo(flops / matmul, 10);
  }
});

test("GPT-2 124M is as it is known", () => {
  expect(learned(gpt2)).toBe(124_439_808);
  expect(shareOf("layernorm", gpt2)).toMatchObject({ times: 25, parameters: 25 * 2 * 768 });
  const { times, parameters, flopsShare } = shareOf("matmul", gpt2);
  expect([times, parameters]).toEqual([49, 12 * (12 * 768 ** 2 + 9 * 768)]);
  // 2 operations for each weight and token, the 50,304 rows of wte among them, of 4 * 64 tokens.
  const flops = 2 * 256 * (12 * 12 * 768 ** 2 + 50304 * 768);
  const attention = 12 * 2 * 256 * 65 * 768; // of the pairs that are not masked
  expect(flopsShare / shareOf("attention", gpt2).flopsShare).toBeCloseTo(flops / attention, 9);
  const others = flops * (1 / flopsShare - 1);
  expect(others / flops).toBeLessThan(0.02);
  expect(shareOf("adamw", gpt2)).toEqual({
    times: 0,
    parameters: 0,
    parametersShare: 0,
    flopsShare: 0,
  });
});
