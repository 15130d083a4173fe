// A model whose matrices are in 8 bits computes what a model computes whose matrices are what those 8 bits stand for.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { dequantize, quantize } from "@llm.ts/kernels/formats/q8.ts";
import { createCache, extend } from "@llm.ts/kernels/model/cache.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { planModel } from "@llm.ts/kernels/model/memory.ts";
import { initialise, readTensors, shrinkModel, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { lengthOf, namesOf } from "@llm.ts/kernels/model/parameters.ts";
import {
  type AnyModel,
  type Config,
  createModelOf,
  outlineOf,
  presets,
} from "@llm.ts/kernels/models.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { backends, peak } from "../gpt2/models.ts";
import { randomIds } from "../random.ts";

const gpt2: Config = { maxT: 9, V: 75, Vp: 128, L: 2, NH: 2, C: 64 };
const llama: Config = {
  ...presets["llama-tiny"],
  ...{ maxT: 9, V: 75, Vp: 128, L: 2, NH: 4, NKV: 2, hs: 16, C: 64, F: 96, scaled: true },
  ...{ tied: false, windowSize: 5 },
};
const options = { B: 1, T: 9, training: false, attention: "recomputed" } as const;
const tokens = randomIds(9, 2, 75);

const isMatrix = (name: string) => /^(wte|headw|qkvw|attprojw|fcw|fcprojw)$/.test(name);

/** Weights that are not small, rounded to what 8 bits stand for where they are kept so. */
async function weightsOf(config: Config): Promise<{ exact: Weights; rounded: Weights }> {
  const model = createModelOf(createCpu(), config, options);
  initialise(model, 7);
  const values = await readTensors(model, "parameters");
  const exact: Weights = {};
  const rounded: Weights = {};
  for (const [name, tensor] of Object.entries(values)) {
    exact[name] = Float32Array.from(tensor, (x, i) => (isMatrix(name) ? 5 * x : x + 0.1 * (i % 3)));
    const blocks = isMatrix(name) && quantize(exact[name]);
    rounded[name] = blocks ? dequantize(blocks) : exact[name];
  }
  return { exact, rounded };
}
type Weights = Record<string, Float32Array>;

describe.each(backends)("matrices in 8 bits, $name", (tier) => {
  test.each([
    ["GPT-2", gpt2],
    ["a Llama", llama],
  ])("%s has the logits of the matrices that they stand for", async (_, config) => {
    const { exact, rounded } = await weightsOf(config);
    const model = createModelOf(tier.create(), config, { ...options, weights: "q8_0" });
    writeTensors(model, "parameters", exact);
    const expected = createModelOf(tier.create(), config, options);
    writeTensors(expected, "parameters", rounded);

    const read = (await readTensors(model, "parameters")) as Record<string, Floats>;
    for (const [name, values] of Object.entries(rounded)) {
      expect(Float32Array.from(read[name]), name).toEqual(values);
    }
    const logits = async (of: AnyModel<unknown, unknown>) => {
      of.architecture.forward(of, tokens);
      return (await readLogits(of, 0, 9)).slice();
    };
    const own = await logits(model as AnyModel<unknown, unknown>);
    const those = await logits(expected as AnyModel<unknown, unknown>);
    const tolerance = { atol: 2e-6 * peak(those), rtol: 1e-5 };
    expectClose("logits", own, those, tolerance);
    expect(peak(own)).toBeGreaterThan(0.5);

    const cache = createCache(model);
    extend(model, cache, tokens.slice(0, 4));
    const reader = extend(model, cache, tokens.slice(4));
    const last = await readLogits(reader, 4, 1);
    expectClose("last", last, those.slice(8 * config.Vp), tolerance);
    const shrunk = shrinkModel(model, 1, 3);
    shrunk.architecture.forward(shrunk, tokens.slice(0, 3));
    expectClose("first", await readLogits(shrunk, 0, 3), those.slice(0, 3 * config.Vp), tolerance);
  });
});

test("they take 9 bits a number, and what is no matrix of whole blocks stays as it is", () => {
  const config = presets["gpt2-124M"];
  const reading = { B: 1, T: 1024, training: false, attention: "recomputed" } as const;
  const { parameters } = outlineOf(config);
  let expected = 0;
  for (const name of namesOf(parameters)) {
    const length = lengthOf(parameters, name, config);
    expected += isMatrix(name) ? (length / 32) * 36 : 4 * length;
  }
  const plan = planModel(outlineOf(config), config, { ...reading, weights: "q8_0" });
  expect(plan.groups.parameters).toBe(expected);
  const whole = planModel(outlineOf(config), config, reading);
  expect(whole.groups.parameters / plan.groups.parameters).toBeGreaterThan(3.4);
  const odd = { ...config, C: 780 }; // no multiple of 32, but the MLP's 4C is none either
  expect(planModel(outlineOf(odd), odd, { ...reading, weights: "q8_0" }).groups).toEqual(
    planModel(outlineOf(odd), odd, reading).groups,
  );
});

test("what is announced is what is allocated", () => {
  const cpu = createCpu();
  let words = 0;
  const counting = {
    ...cpu,
    alloc: (lengths: readonly number[]) => {
      words += lengths.reduce((sum, length) => sum + length, 0);
      return cpu.alloc(lengths);
    },
  };
  createModelOf(counting, llama, { ...options, weights: "q8_0" });
  const { groups } = planModel(outlineOf(llama), llama, { ...options, weights: "q8_0" });
  const ids = 2 * 9;
  expect(4 * (words + ids)).toBe(Object.values(groups).reduce((sum, bytes) => sum + bytes, 0));
});

test("a model that is trained, another format, and parts of a block are refused by name", () => {
  const make = (more: object) => createModelOf(createCpu(), gpt2, { ...options, ...more });
  expect(() => make({ weights: "q8_0", training: true })).toThrow(
    'createGPT2: weights is "q8_0", expected "float32", "bfloat16" or "float16" in a model that is trained',
  );
  expect(() => make({ weights: "int4" })).toThrow(
    'createGPT2: weights is "int4", expected "float32", "bfloat16", "float16" or "q8_0"',
  );
  const { backend, parameters } = make({ weights: "q8_0" });
  expect(() => backend.view(parameters.wte, 16, 32)).toThrow("view: 16 is no multiple of 32");
  expect(() => backend.write(parameters.wte, new Float32Array(64))).toThrow(
    "write: got 64 values, expected 8192",
  );
  const huge = new Float32Array(128 * 64).fill(1e7);
  expect(() => backend.write(parameters.wte, huge)).toThrow("a value is over 8,321,000");
});
