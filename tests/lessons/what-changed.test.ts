// What lesson 28 says of published models, of a block's costs, and of the runs that it shows.

import { readFileSync } from "node:fs";
import { countParameters } from "@llm.ts/kernels/models.ts";
import { expect, test } from "vitest";
import { worst } from "../../lessons/28-what-changed-since-gpt-2/cells/gradcheck.ts";
import { factsOf, rows } from "../../lessons/28-what-changed-since-gpt-2/families.ts";
import { configOf, costsOf, sketch } from "../../lessons/28-what-changed-since-gpt-2/sketch.ts";
import { readLink } from "../../src/trainer/runs/link.ts";
import { type Ablation, lastLosses, mean, variantNames } from "../../src/training/ablation.ts";

const text = readFileSync("lessons/28-what-changed-since-gpt-2/index.mdx", "utf8").replace(
  /\s+/g,
  " ",
);
const ablation: Ablation = JSON.parse(readFileSync("src/recorded/ablation/tiny.json", "utf8"));

test("the models of the table have as many parameters as their publishers say", () => {
  const counted = rows.map(({ name, config }) => [name, factsOf(config).parameters]);
  expect(counted).toEqual([
    ["Llama 2 7B", 6_738_415_616],
    ["Mistral 7B", 7_241_732_096],
    ["Llama 3 8B", 8_030_261_248],
    ["Llama 3.1 8B", 8_030_261_248],
    ["Gemma 2B", 2_506_172_416],
  ]);
  const caches = rows.map(({ config }) => factsOf(config).cacheBytes / 1024);
  expect(caches).toEqual([512, 128, 128, 128, 18]);
});

test("what the text says of them is so", () => {
  const [, , llama3, , gemma] = rows.map(({ config }) => config);
  const embeddings = ({ V, C }: typeof gemma) => V * C;
  expect(embeddings(llama3) / countParameters(llama3)).toBeCloseTo(0.065, 3); // "7 %"
  expect(embeddings(gemma) / countParameters(gemma)).toBeCloseTo(0.21, 2); // "a fifth"
  const before = configOf({ norm: false, positions: false, mlp: false, keys: 0 });
  expect((before.Vp * before.C) / countParameters(before)).toBeCloseTo(0.31, 2); // "a third"
});

test("the sketch counts what the model has, and only fewer keys make its cache smaller", () => {
  for (const norm of [false, true]) {
    for (const positions of [false, true]) {
      for (const mlp of [false, true]) {
        for (const keys of [0, 3, 5]) {
          const config = configOf({ norm, positions, mlp, keys });
          const { parameters, operations, cache } = costsOf(config);
          expect(parameters).toBe(countParameters(config));
          expect(cache).toBe((36 * 1024 * config.NKV) / 12);
          const { L, C, NH, NKV, hs, F, Vp } = config;
          const matrices = (NH + 2 * NKV) * hs * C + C * C + (mlp ? 3 : 2) * F * C;
          expect(operations).toBe(2 * (L * matrices + Vp * C));
        }
      }
    }
  }
  const none = { norm: false, positions: false, mlp: false, keys: 0 };
  const gate = costsOf(configOf({ ...none, mlp: true }));
  expect(gate).toEqual(costsOf(configOf(none))); // as wide as it is here, it costs the same
  expect(sketch.says(none)).toContain("GPT-2");
});

test("the runs are of all variants, from the same seeds, with the same steps", () => {
  const [first] = variantNames;
  const of = (name: string) => ablation.runs.filter(({ variant }) => variant === name);
  const seeds = of(first).map(({ seed }) => seed);
  expect(new Set(seeds).size).toBe(3); // "the three seeds"
  for (const name of variantNames) {
    expect(of(name).map(({ seed }) => seed)).toEqual(seeds);
    for (const { validations } of of(name)) {
      expect(validations.map(([step]) => step)).toEqual(of(first)[0].validations.map(([s]) => s));
      expect(validations.at(-1)?.[0]).toBe(ablation.settings.steps);
    }
  }
});

test("what the text says of the runs is what was recorded", () => {
  const against = (name: (typeof variantNames)[number]) =>
    lastLosses(ablation, name).map((loss, k) => loss - lastLosses(ablation, "gpt2")[k]);
  for (const change of against("rope")) expect(change).toBeLessThan(-0.14); // "by 0.14 at least"
  for (const change of against("llama")) expect(change).toBeLessThan(-0.18);
  for (const name of ["rmsnorm", "swiglu", "grouped"] as const) {
    for (const change of against(name)) expect(Math.abs(change), name).toBeLessThan(0.04);
  }
  const base = lastLosses(ablation, "gpt2");
  const spread = Math.max(...base) - Math.min(...base);
  expect(text).toContain(`differ by ${spread.toFixed(2)}`);
  expect(text).toContain(`RoPE lowers it by ${(-mean(against("rope"))).toFixed(2)}`);
  expect(text).toContain(`all four by ${(-mean(against("llama"))).toFixed(2)}`);
  expect(text).toContain(`is ${ablation.settings.steps} steps old`);
});

test("the gradients of the block that the cell wires are the slopes of its forward pass", () => {
  expect(Object.keys(worst)).toHaveLength(7);
  for (const [name, apart] of Object.entries(worst)) expect(apart, name).toBeLessThan(1e-8);
});

test("the way on opens the trainer with llama-tiny", () => {
  const [, fragment] = /\]\(\/lessons\/training\/(#run:[^)]*)\)/.exec(text) ?? [];
  expect(readLink(fragment)).toMatchObject({ preset: "llama-tiny", T: 64 });
});
