// What model/ makes of an architecture that is not GPT-2: no layers of its own, a head that is not the table of tokens,
// a table of positions that is a constant. The smallest model that has all three: each token's vector, plus its
// position's, scored against the head.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Architecture, Tables } from "@llm.ts/kernels/model/architecture.ts";
import { checkTokens } from "@llm.ts/kernels/model/batch.ts";
import { createCache, extend } from "@llm.ts/kernels/model/cache.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { checkSizes, type ModelConfig } from "@llm.ts/kernels/model/config.ts";
import { planModel } from "@llm.ts/kernels/model/memory.ts";
import {
  createModel,
  initialise,
  readTensors,
  shrinkModel,
  trainingOf,
  writeTensors,
} from "@llm.ts/kernels/model/model.ts";
import { generate } from "@llm.ts/kernels/model/sample.ts";
import { readLoss, trainStep, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { expect, test } from "vitest";
import { randomIds } from "../random.ts";

const parameters = {
  wte: {
    shape: ({ Vp, C }: ModelConfig) => [Vp, C],
    perLayer: false,
    init: "normal",
    rows: "tokens",
  },
  head: {
    shape: ({ Vp, C }: ModelConfig) => [Vp, C],
    perLayer: false,
    init: "normal",
    rows: "tokens",
  },
} as const;
const activations = {
  encoded: {
    shape: ({ C }: ModelConfig, B: number, T: number) => [B, T, C],
    perLayer: false,
    kept: true,
    gradient: true,
  },
  // Never read: only its gradient is there, since the kernel writes one.
  positions: {
    shape: ({ C }: ModelConfig, _: number, T: number) => [T, C],
    perLayer: false,
    kept: false,
    gradient: true,
  },
} as const;
const positionAt = (t: number, i: number) => Math.sin(t + i) / 10;
const constants = {
  positions: {
    shape: ({ C }: ModelConfig, T: number) => [T, C],
    values: ({ C }: ModelConfig, T: number) =>
      Float32Array.from({ length: T * C }, (_, n) => positionAt(Math.floor(n / C), n % C)),
  },
};

interface PairTables extends Tables {
  readonly config: ModelConfig;
  readonly parameters: typeof parameters;
  readonly activations: typeof activations;
  readonly constants: typeof constants;
}

const pairs: Architecture<PairTables> = {
  name: "Pairs",
  parameters,
  activations,
  constants,
  head: "head",
  last: "encoded",
  checkConfig: (config) => checkSizes(config, ["maxT", "V", "Vp", "L", "C"]),
  forward({ backend, config, sizes, ...model }, inputs) {
    const { B, T } = sizes;
    checkTokens("forward", "inputs", { config, sizes }, inputs);
    backend.writeIds(model.inputs, inputs);
    const { weights, constants, acts } = model;
    backend.encoderForward(
      acts.encoded,
      model.inputs,
      weights.wte,
      constants.positions,
      B,
      T,
      config.C,
    );
    backend.submit();
  },
  backward(model) {
    const { backend, config, sizes, inputs } = model;
    const { B, T } = sizes;
    const { dweights, dacts } = trainingOf("backward", model);
    const dout = dacts.encoded; // left by the classifier
    backend.encoderBackward(dweights.wte, dacts.positions, dout, inputs, B, T, config.C);
    backend.submit();
  },
  // A token has nothing to offer to later ones, so nothing is read of what is kept.
  qkvRow: () => 1,
  extend: (model, reader, _, before) => {
    const { backend, config, sizes, inputs, weights, acts } = reader;
    const { T: R } = sizes;
    const { C } = config;
    const places = backend.view(model.constants.positions, before * C, R * C);
    backend.encoderForward(acts.encoded, inputs, weights.wte, places, 1, R, C);
    backend.submit();
  },
};

const config: ModelConfig = { maxT: 6, V: 11, Vp: 128, L: 1, C: 8 };
const options = { B: 3, T: 5, training: true };

test("what is announced is what is allocated, constants in a group of their own", () => {
  const lengths: number[] = [];
  const cpu = createCpu();
  const counting: Backend<Floats, Int32Array> = {
    ...cpu,
    alloc: (wanted) => {
      lengths.push(...wanted);
      return cpu.alloc(wanted);
    },
  };
  const { groups } = planModel(pairs, config, options);
  createModel(pairs, counting, config, options);
  expect(Object.keys(groups)).toEqual([
    "parameters",
    "gradients",
    "m",
    "v",
    "constants",
    "activations",
    "scratch",
  ]);
  expect(groups.constants).toBe(4 * 5 * 8);
  expect(groups.parameters).toBe(4 * 2 * 128 * 8);
  const ids = 2 * 3 * 5;
  const planned = Object.values(groups).reduce((sum, bytes) => sum + bytes, 0);
  expect(lengths.reduce((sum, length) => sum + length, ids) * 4).toBe(planned);
});

test("logits come from the head, and constants are there, also in a model shrunk to shorter texts", async () => {
  const model = createModel(pairs, createCpu(), config, options);
  initialise(model, 7);
  const { wte, head } = await readTensors(model, "parameters");
  expect(wte.slice(11 * 8).every((value) => value === 0)).toBe(true); // padded rows
  expect(head.slice(11 * 8).every((value) => value === 0)).toBe(true);
  expect(head).not.toEqual(wte); // each has a random stream of its own

  const expected = (id: number, t: number, token: number) => {
    let sum = 0;
    for (let i = 0; i < 8; i++) sum += (wte[id * 8 + i] + positionAt(t, i)) * head[token * 8 + i];
    return sum;
  };
  const shrunk = shrinkModel(model, 1, 2);
  expect(shrunk.constants.positions).toHaveLength(2 * 8);
  shrunk.architecture.forward(shrunk, Int32Array.of(4, 9));
  const logits = await readLogits(shrunk, 0, 2);
  for (const [t, id] of [4, 9].entries()) {
    for (let token = 0; token < 11; token++) {
      expect(logits[t * 128 + token]).toBeCloseTo(expected(id, t, token), 6);
    }
  }
});

test("it trains: gradients agree with finite differences, and the loss falls", async () => {
  const model = createModel(pairs, createCpu(Float64Array), config, options);
  initialise(model, 7);
  const batch = { inputs: randomIds(15, 1, 11), targets: randomIds(15, 2, 11) };
  const still = { ...defaultOptimiser, lr: 0, maxNorm: Infinity };
  trainStep(model, [batch], 1, still);
  const first = await readLoss(model);
  const gradients = await readTensors(model, "gradients");
  const values = await readTensors(model, "parameters");
  for (const [name, n] of [
    ["wte", batch.inputs[3] * 8 + 2],
    ["head", batch.targets[6] * 8 + 5],
    ["head", 3],
  ] as const) {
    const at = async (h: number) => {
      const moved = { ...values, [name]: values[name].slice() };
      moved[name][n] += h;
      writeTensors(model, "parameters", moved);
      return validationLoss(model, batch);
    };
    const slope = ((await at(1e-5)) - (await at(-1e-5))) / 2e-5;
    expect(gradients[name][n]).toBeCloseTo(slope, 8);
    expect(Math.abs(slope)).toBeGreaterThan(1e-5);
  }
  writeTensors(model, "parameters", values);
  for (let step = 1; step <= 60; step++) {
    trainStep(model, [batch], step, { ...defaultOptimiser, lr: 0.03 });
  }
  expect(await readLoss(model)).toBeLessThan(first - 1);
});

test("it samples, the same tokens from the same state", async () => {
  const model = createModel(pairs, createCpu(), config, { B: 1, T: 5, training: false });
  initialise(model, 7);
  const draw = async () => {
    const tokens: number[] = [];
    for await (const token of generate(model, [1], { temperature: 1 }, { seed: 3, counter: 0 })) {
      tokens.push(token);
      if (tokens.length === 8) break;
    }
    return tokens;
  };
  const tokens = await draw();
  expect(tokens).toEqual(await draw());
  expect(new Set(tokens).size).toBeGreaterThan(1);
});

test("a text that grows has the logits of the whole text", async () => {
  const model = createModel(pairs, createCpu(), config, { B: 1, T: 5, training: false });
  initialise(model, 7);
  const text = Int32Array.of(4, 9, 1, 10, 0);
  model.architecture.forward(model, text);
  const whole = await readLogits(model, 4, 1);
  const cache = createCache(model);
  expect(cache.qkv.map(({ length }) => length)).toEqual([5]);
  extend(model, cache, text.slice(0, 2));
  const reader = extend(model, cache, text.slice(2));
  expect(await readLogits(reader, 2, 1)).toEqual(whole);
});

test("errors carry the architecture's name", () => {
  expect(() => createModel(pairs, createCpu(), config, { ...options, T: 7 })).toThrow(
    "createPairs: T is 7, expected at most maxT = 6",
  );
});
