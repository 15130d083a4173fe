// Matrices that matmul reads in 16 bits: against PyTorch's model whose linear layers round their weights, and against our own
// float32 model that was given rounded ones. Copies must never be stale, whoever changed the weights.

import { watchKernels } from "@llm.ts/kernels/cost.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { type ByParameter, byParameter, parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { createCache, extend } from "@llm.ts/kernels/model/cache.ts";
import { classifier, readLogits } from "@llm.ts/kernels/model/classifier.ts";
import type { Options } from "@llm.ts/kernels/model/memory.ts";
import { initialise, readTensors, shrinkModel, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { readLoss, trainStep, validationLoss } from "@llm.ts/kernels/model/train.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import { type AnyModel, createModelOf, presets } from "@llm.ts/kernels/models.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { formats, type HalfFormat } from "@llm.ts/kernels/runtime/half.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { randomIds } from "../random.ts";
import { loadReference } from "../reference.ts";
import {
  type AnyBackend,
  type AnyGPT2,
  backends,
  optimiser,
  peak,
  randomBatch,
  small,
  spreadParameters,
  withoutPadding,
} from "./models.ts";

const starts = await loadReference("gpt2"); // the weights and the batches
const results = await loadReference("gpt2-half");
const halves = ["bfloat16", "float16"] as const;

const logitsTolerance = { atol: 2e-5, rtol: 1e-5 }; // as in model.test.ts: both sides round the weights alike
const gradientTolerance = (expected: Floats) => ({ atol: 3e-6 * peak(expected), rtol: 1e-5 });
// After the first update weights differ in their last bits, so that some are rounded to the neighbour.
const lossTolerances = { bfloat16: 1e-3, float16: 1e-4 };

const roundedOf = (values: Floats, format: HalfFormat) => {
  const { narrow, widen } = formats[format];
  const words = new Uint32Array(Float32Array.from(values).buffer);
  return new Float32Array(words.map((word) => widen(narrow(word))).buffer);
};

const isMatrix = (name: string) => /^(headw|qkvw|attprojw|fcw|fcprojw)$/.test(name);

function create(backend: AnyBackend, options: Partial<Options> = {}): AnyGPT2 {
  const model = createGPT2(backend, small, { B: 2, T: 5, training: true, ...options });
  writeTensors(model, "parameters", spreadParameters(small, 1));
  return model;
}

const batch = randomBatch(2, 5, 3);

describe.each(backends)("$name", ({ create: open }) => {
  describe.each(results)("against PyTorch, case $name", ({ name, sizes, floats }) => {
    const [start, format] = name.split("_") as [string, HalfFormat];
    const from = starts.find((each) => each.name === start) as (typeof starts)[number];
    const config = sizes as unknown as Config;
    const { B, T, steps } = sizes;
    const part = (name: string, step: number) =>
      from.ints(name).slice(step * B * T, (step + 1) * B * T);
    const batchOf = (i: number) => ({ inputs: part("inputs", i), targets: part("targets", i) });
    const make = () => {
      const model = createGPT2(open(), config, { B, T, training: true, weights: format });
      writeTensors(model, "parameters", byParameter(from.floats));
      return model;
    };

    test("logits and every gradient agree", async () => {
      const model = make();
      const { inputs, targets } = batchOf(0);
      zeroGradients(model);
      forward(model, inputs);
      const logits = withoutPadding(await readLogits(model, 0, B * T), config);
      expectClose("logits", logits, floats("logits"), logitsTolerance);
      // They are not those of the weights as they are.
      const apart = logits.map((value, i) => value - from.floats("logits")[i]);
      expect(peak(apart)).toBeGreaterThan(2e-5);
      classifier(model, targets, 0, true);
      backward(model);
      const gradients = await readTensors(model, "gradients");
      for (const name of parameterNames) {
        const expected = floats(`d${name}`);
        expectClose(`d${name}`, gradients[name], expected, gradientTolerance(expected));
      }
    });

    test("ten steps of AdamW have the same losses: it moves the float32 weights", async () => {
      const model = make();
      const expected = floats("losses");
      for (let i = 0; i < steps; i++) {
        trainStep(model, [batchOf(i)], i + 1, { ...optimiser, ...sizes });
        const apart = Math.abs((await readLoss(model)) - expected[i]);
        expect(apart, `step ${i}`).toBeLessThan(lossTolerances[format]);
      }
    });
  });

  test.each(halves)("nothing that changes weights leaves a stale copy, in %s", async (weights) => {
    const model = create(open(), { weights });
    const { backend, parameters } = model;
    /** The loss of a model that was just given the weights that this one has. */
    const expected = async () => {
      const other = createGPT2(open(), small, { B: 2, T: 5, training: true, weights });
      const values = (await readTensors(model, "parameters")) as ByParameter<Floats>;
      writeTensors(
        other,
        "parameters",
        byParameter((name) => values[name].slice()),
      );
      return validationLoss(other, batch);
    };
    const losses = [await validationLoss(model, batch)];
    const changes: Record<string, () => void> = {
      "a step of training": () => trainStep(model, [batch], 1, optimiser),
      initialise: () => initialise(model, 5),
      writeTensors: () => writeTensors(model, "parameters", spreadParameters(small, 2)),
      "a part that is written, as of a checkpoint": () =>
        backend.write(backend.view(parameters.fcw, 128, 64), new Float32Array(64).fill(0.3)),
      "a tensor that is zeroed": () => backend.zero(parameters.wte),
    };
    for (const [name, change] of Object.entries(changes)) {
      change();
      const loss = await validationLoss(model, batch);
      expect(loss, name).toBe(await expected());
      expect(losses, name).not.toContain(loss); // the change is seen
      losses.push(loss);
    }
  });

  test.each([
    ["whose classifier has a weight of its own", false],
    ["whose classifier reads the embeddings", true],
  ])("a Llama %s has the logits of rounded matrices", async (_, tied) => {
    const config = {
      ...presets["llama-tiny"],
      ...{ maxT: 9, V: 75, Vp: 128, L: 2, NH: 4, NKV: 2, hs: 6, C: 24, F: 20, tied },
    };
    const options = { B: 1, T: 9, training: false, attention: "recomputed" } as const;
    const make = (extra: Partial<Options>) =>
      createModelOf(open(), config, { ...options, ...extra }) as AnyModel<unknown, unknown>;
    const model = make({ weights: "bfloat16" });
    initialise(model, 7);
    const values = (await readTensors(model, "parameters")) as Record<string, Floats>;
    const expected = make({});
    writeTensors(
      expected,
      "parameters",
      Object.fromEntries(
        Object.entries(values).map(([name, tensor]) => [
          name,
          isMatrix(name) ? roundedOf(tensor, "bfloat16") : tensor.slice(),
        ]),
      ),
    );
    const tokens = randomIds(9, 2, 75);
    for (const each of [model, expected]) each.architecture.forward(each, tokens);
    if (tied) {
      // The embeddings that were looked up are not rounded; the classifier's are.
      const wte = values.wte;
      expected.backend.write(expected.parameters.wte, roundedOf(wte, "bfloat16"));
    }
    const those = (await readLogits(expected, 0, 9)).slice();
    const tolerance = { atol: 2e-6 * peak(those), rtol: 1e-5 };
    expectClose("logits", (await readLogits(model, 0, 9)).slice(), those, tolerance);
    expect(peak(those)).toBeGreaterThan(0.05);

    // Reading on, and a shorter text, use the same copies.
    const cache = createCache(model);
    extend(model, cache, tokens.slice(0, 4));
    const last = await readLogits(extend(model, cache, tokens.slice(4)), 4, 1);
    expectClose("last", last, those.slice(8 * config.Vp), tolerance);
    const shrunk = shrinkModel(model, 1, 3);
    shrunk.architecture.forward(shrunk, tokens.slice(0, 3));
    expectClose("first", await readLogits(shrunk, 0, 3), those.slice(0, 3 * config.Vp), tolerance);
  });

  test("the same run twice has the same bits, with activations in 16 bits too", async () => {
    const ends = [];
    for (let time = 0; time < 2; time++) {
      const model = create(open(), { weights: "bfloat16", activations: "bfloat16" });
      for (let step = 1; step <= 3; step++) {
        trainStep(model, [randomBatch(2, 5, step)], step, optimiser);
      }
      ends.push(await readTensors(model, "parameters"));
    }
    expect(ends[1]).toEqual(ends[0]);
  });
});

/** The kernels that a model calls. */
function watched(options: Partial<Options>) {
  const called: string[] = [];
  const backend = watchKernels(createCpu(), (kernel) => called.push(kernel));
  const count = (pattern: RegExp) => called.filter((kernel) => pattern.test(kernel)).length;
  return { model: create(backend as unknown as AnyBackend, options), count };
}

test("each matrix is packed once for an update, however many batches read it", () => {
  const { model, count } = watched({ weights: "float16", accumulation: 2 });
  const matrices = 4 * small.L + 1;
  const batches = [batch, randomBatch(2, 5, 4)];
  trainStep(model, batches, 1, optimiser);
  expect(count(/^packFloat16$/)).toBe(matrices);
  forward(model, batch.inputs);
  forward(shrinkModel(model, 1, 3), Int32Array.of(1, 2, 3));
  classifier(model, batch.targets, 0, false);
  expect(count(/^packFloat16$/)).toBe(2 * matrices); // after the update, once
  expect(count(/^matmulFloat16Backward$/)).toBe(2 * matrices);
  expect(count(/^matmul(Forward|Backward)$|Bfloat16|^unpack/)).toBe(0);
});

test("in float32 nothing is packed, and matmul is the usual one", () => {
  const { model, count } = watched({});
  trainStep(model, [batch], 1, optimiser);
  expect(count(/pack|float16/i)).toBe(0);
  expect(count(/^matmulForward$/)).toBe(4 * small.L + 1);
});

test("a device that cannot keep them says so", () => {
  const exact = create(createCpu(Float64Array) as unknown as AnyBackend, { weights: "bfloat16" });
  expect(() => forward(exact, batch.inputs)).toThrow(
    "packBfloat16: packed is of type Float64Array, expected a Float32Array",
  );
});
