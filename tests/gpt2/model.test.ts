import { backward } from "@llm.ts/kernels/gpt2/backward.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { forward } from "@llm.ts/kernels/gpt2/forward.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { type ByParameter, byParameter, parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import type { AttentionForm } from "@llm.ts/kernels/model/architecture.ts";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { classifier, readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { initialise, readTensors, shrinkModel, writeTensors } from "@llm.ts/kernels/model/model.ts";
import {
  LossFault,
  readGradientNorm,
  readLoss,
  trainStep,
  validationLoss,
} from "@llm.ts/kernels/model/train.ts";
import { zeroGradients } from "@llm.ts/kernels/model/update.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
import { describe, expect, test } from "vitest";
import { expectClose } from "../close.ts";
import { type Case, loadReference } from "../reference.ts";
import {
  type AnyBackend,
  type AnyGPT2,
  backends,
  createSmall,
  optimiser,
  peak,
  randomBatch,
  small,
  withoutPadding,
} from "./models.ts";

const cases = await loadReference("gpt2");

// float32 has a relative spacing of 6e-8. Both sides round at every layer, in another order: measured are 5e-6 in logits
// of up to 4.6, half a unit of the last place in the losses, and 4e-7 of the largest value in each gradient.
const logitsTolerance = { atol: 2e-5, rtol: 1e-5 };
const lossTolerance = { atol: 5e-6, rtol: 0 };
const gradientTolerance = (expected: Floats) => ({ atol: 3e-6 * peak(expected), rtol: 1e-5 });

/** Gradients of one batch, without an update. */
async function gradientsOf(model: AnyGPT2, batches: Batch[]): Promise<ByParameter<Floats>> {
  zeroGradients(model);
  batches.forEach(({ inputs, targets }, micro) => {
    forward(model, inputs);
    classifier(model, targets, micro, true);
    backward(model);
  });
  return readTensors(model, "gradients");
}

function expectCloseGradients(actual: ByParameter<Floats>, expected: ByParameter<Floats>): void {
  for (const name of parameterNames) {
    expectClose(`d${name}`, actual[name], expected[name], gradientTolerance(expected[name]));
  }
}

/** The model of a reference case, with its weights, and its batches. */
function fromReference(
  backend: AnyBackend,
  { sizes, floats, ints }: Case,
  attention: AttentionForm,
) {
  const { B, T, steps } = sizes;
  const config = sizes as unknown as Config;
  const model = createGPT2(backend, config, { B, T, training: true, attention });
  writeTensors(model, "parameters", byParameter(floats));
  const part = (name: string, step: number) => ints(name).slice(step * B * T, (step + 1) * B * T);
  const batches = Array.from({ length: steps }, (_, step) => ({
    inputs: part("inputs", step),
    targets: part("targets", step),
  }));
  return { model, config, batches };
}

describe.each(backends)("GPT-2, $name", ({ create }) => {
  const both = cases.flatMap((reference) =>
    (["kept", "recomputed"] as const).map((attention) => ({ ...reference, attention })),
  );
  describe.each(both)("against PyTorch, case $name, attention $attention", (reference) => {
    test("logits, loss and every gradient agree", async () => {
      const { model, config, batches } = fromReference(create(), reference, reference.attention);
      const { B, T } = model.sizes;
      expect(await validationLoss(model, batches[0])).toBeCloseTo(reference.floats("loss")[0], 5);
      const logits = withoutPadding(await readLogits(model, 0, B * T), config);
      expectClose("logits", logits, reference.floats("logits"), logitsTolerance);
      expectCloseGradients(
        await gradientsOf(model, batches.slice(0, 1)),
        byParameter((name) => reference.floats(`d${name}`)),
      );
    });

    test("ten steps with clipping, AdamW and decay have the same losses and end at the same weights", async () => {
      const { model, batches } = fromReference(create(), reference, reference.attention);
      const settings = { ...optimiser, ...reference.sizes };
      const losses = new Float32Array(batches.length);
      for (let i = 0; i < batches.length; i++) {
        trainStep(model, [batches[i]], i + 1, settings);
        losses[i] = await readLoss(model);
      }
      expectClose("losses", losses, reference.floats("losses"), lossTolerance);
      const trained = await readTensors(model, "parameters");
      for (const name of ["wte", "attprojw", "fcprojb", "lnfw"] as const) {
        // A weight moves by 0.01 to 0.03 in ten steps; without decay it would be off by up to 1e-3 of itself.
        const expected = reference.floats(`trained.${name}`);
        expectClose(name, trained[name], expected, { atol: 3e-6, rtol: 3e-6 });
      }
    });
  });

  test("the norm of the gradients is that of all of them together, before clipping", async () => {
    const model = createSmall(create());
    const batch = randomBatch(2, 5, 1);
    const gradients = Object.values(await gradientsOf(model, [batch]));
    const squares = gradients.flatMap((values) => [...values].map((value) => value * value));
    trainStep(model, [batch], 1, optimiser);
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    expect(norm).toBeGreaterThan(optimiser.maxNorm);
    expect(await readGradientNorm(model)).toBeCloseTo(norm, 5);
  });

  test.each([1, 3, 4, 9])(
    "logits in chunks of %i rows give what they give in one",
    async (rowsPerChunk) => {
      const batch = randomBatch(2, 5, 2);
      const [whole, chunked] = [createSmall(create()), createSmall(create(), { rowsPerChunk })];
      const expected = await gradientsOf(whole, [batch]);
      expectCloseGradients(await gradientsOf(chunked, [batch]), expected);
      expect(await validationLoss(chunked, batch)).toBeCloseTo(
        await validationLoss(whole, batch),
        6,
      );
    },
  );

  test("attention computed again gives the gradients of attention kept, shrunk and in a step too", async () => {
    const kept = createSmall(create());
    const recomputed = createSmall(create(), { attention: "recomputed" });
    const batch = randomBatch(2, 5, 8);
    expectCloseGradients(await gradientsOf(recomputed, [batch]), await gradientsOf(kept, [batch]));
    for (let step = 1; step <= 3; step++) {
      for (const model of [kept, recomputed]) trainStep(model, [batch], step, optimiser);
      expect(await readLoss(recomputed)).toBeCloseTo(await readLoss(kept), 5);
    }
    const logits = [];
    for (const model of [kept, recomputed]) {
      const shrunk = shrinkModel(model, 1, 3);
      forward(shrunk, batch.inputs.slice(0, 3));
      logits.push(await readLogits(shrunk, 0, 3));
    }
    expectClose("logits", logits[1], logits[0], logitsTolerance);
  });

  test.each(["kept", "recomputed"] as const)(
    "layernorm and GELU computed again give the same gradients and the same run, to the last bit; attention %s",
    async (attention) => {
      const batches = [randomBatch(2, 5, 8), randomBatch(2, 5, 9)];
      const options = { attention, accumulation: 2 };
      const kept = createSmall(create(), options);
      const again = createSmall(create(), { ...options, recompute: true });
      expect(await gradientsOf(again, batches)).toEqual(await gradientsOf(kept, batches));
      for (let step = 1; step <= 3; step++) {
        for (const model of [kept, again]) trainStep(model, batches, step, optimiser);
        expect(await readLoss(again)).toBe(await readLoss(kept));
      }
      for (const kind of ["parameters", "m", "v"] as const) {
        expect(await readTensors(again, kind)).toEqual(await readTensors(kept, kind));
      }
    },
  );

  test("two micro-batches add up to one batch of double size", async () => {
    const halves = [randomBatch(2, 5, 3), randomBatch(2, 5, 4)];
    const join = (name: keyof Batch) => Int32Array.from([...halves[0][name], ...halves[1][name]]);
    const batch = { inputs: join("inputs"), targets: join("targets") };
    const [whole, split] = [
      createSmall(create(), { B: 4 }),
      createSmall(create(), { accumulation: 2 }),
    ];
    expectCloseGradients(await gradientsOf(split, halves), await gradientsOf(whole, [batch]));
    for (let step = 1; step <= 3; step++) {
      trainStep(whole, [batch], step, optimiser);
      trainStep(split, halves, step, optimiser);
      expect(await readLoss(split)).toBeCloseTo(await readLoss(whole), 5);
    }
  });

  test("the padded rows of wte stay 0, and so do their gradient, m and v", async () => {
    const model = createSmall(create());
    for (let step = 1; step <= 5; step++) {
      trainStep(model, [randomBatch(2, 5, step)], step, optimiser);
    }
    for (const kind of ["parameters", "gradients", "m", "v"] as const) {
      const { wte } = await readTensors(model, kind);
      const padding = wte.subarray(small.V * small.C);
      expect(padding.length).toBe((small.Vp - small.V) * small.C);
      expect(
        padding.every((value) => value === 0),
        kind,
      ).toBe(true);
    }
  });

  test("a position beyond T keeps its embedding but for its decay", async () => {
    const model = createSmall(create(), { T: 5 });
    const before = (await readTensors(model, "parameters")).wpe.slice(5 * small.C);
    trainStep(model, [randomBatch(2, 5, 1)], 1, optimiser);
    const after = (await readTensors(model, "parameters")).wpe.slice(5 * small.C);
    const decayed = before.map((value) => value * (1 - optimiser.lr * optimiser.weightDecay));
    expectClose("wpe", after, decayed, { atol: 0, rtol: 1e-6 });
  });

  test("no token reads a later one", async () => {
    const model = createSmall(create());
    const { inputs } = randomBatch(2, 5, 5);
    forward(model, inputs);
    const before = await readLogits(model, 0, 4);
    inputs[4] = (inputs[4] + 1) % small.V;
    forward(model, inputs);
    expect(await readLogits(model, 0, 4)).toEqual(before);
  });

  test("a validation loss and a sample in between change nothing in a run", async () => {
    const [undisturbed, disturbed] = [createSmall(create()), createSmall(create())];
    for (let step = 1; step <= 3; step++) {
      const batch = randomBatch(2, 5, step);
      trainStep(undisturbed, [batch], step, optimiser);
      trainStep(disturbed, [batch], step, optimiser);
      const loss = await readLoss(disturbed);
      expect(loss).toBe(await readLoss(undisturbed));
      expect(await validationLoss(disturbed, randomBatch(2, 5, 9))).not.toBe(loss);
      forward(shrinkModel(disturbed, 1, 3), Int32Array.of(1, 2, 3));
    }
    expect(await readTensors(disturbed, "parameters")).toEqual(
      await readTensors(undisturbed, "parameters"),
    );
  });

  test("a run goes on from its parameters, m and v as if it had never stopped", async () => {
    const batch = (step: number) => randomBatch(2, 5, step);
    const [first, second] = [createSmall(create()), createSmall(create())];
    for (let step = 1; step <= 2; step++) trainStep(first, [batch(step)], step, optimiser);
    for (const kind of ["parameters", "m", "v"] as const) {
      writeTensors(second, kind, await readTensors(first, kind));
    }
    for (let step = 3; step <= 4; step++) {
      trainStep(first, [batch(step)], step, optimiser);
      trainStep(second, [batch(step)], step, optimiser);
      expect(await readLoss(second)).toBe(await readLoss(first));
    }
  });

  test("initialise begins a run again", async () => {
    const model = createSmall(create());
    const run = async () => {
      initialise(model, 3);
      for (let step = 1; step <= 2; step++) {
        trainStep(model, [randomBatch(2, 5, step)], step, optimiser);
      }
      return readLoss(model);
    };
    expect(await run()).toBe(await run());
  });

  test("a model that is not trained gives the same logits, and refuses to be trained", async () => {
    const [trained, reader] = [createSmall(create()), createSmall(create(), { training: false })];
    const batch = randomBatch(2, 5, 6);
    const losses = [await validationLoss(trained, batch), await validationLoss(reader, batch)];
    expect(losses[1]).toBe(losses[0]);
    expect(await readLogits(reader, 0, 10)).toEqual(await readLogits(trained, 0, 10));
    const message = "this model has no gradients: make it with training: true";
    expect(() => backward(reader)).toThrow(`backward: ${message}`);
    expect(() => trainStep(reader, [batch], 1, optimiser)).toThrow(`trainStep: ${message}`);
    expect(() => classifier(reader, batch.targets, 0, true)).toThrow(`classifier: ${message}`);
    await expect(readTensors(reader, "m")).rejects.toThrow(`readTensors: ${message}`);
  });

  test("shrunk to one shorter text it gives the logits that this text has among others", async () => {
    const model = createSmall(create());
    const { inputs } = randomBatch(2, 5, 7);
    forward(model, inputs);
    const expected = await readLogits(model, 0, 3);
    const shrunk = shrinkModel(model, 1, 3);
    forward(shrunk, inputs.slice(0, 3));
    expectClose("logits", await readLogits(shrunk, 0, 3), expected, { atol: 1e-6, rtol: 1e-6 });
    expect(() => shrinkModel(model, 3, 5)).toThrow(
      "shrinkModel: B is 3 and T is 5, expected at most the model's B = 2 and T = 5",
    );
  });

  test("a loss that is no number is a fault", async () => {
    const model = createSmall(create());
    const parameters = await readTensors(model, "parameters");
    parameters.lnfw[0] = Number.NaN;
    writeTensors(model, "parameters", parameters);
    trainStep(model, [randomBatch(2, 5, 1)], 1, optimiser);
    await expect(readLoss(model)).rejects.toThrow(LossFault);
    await expect(readLoss(model)).rejects.toThrow("the loss is NaN, which no text can give");
  });

  describe("bad input", () => {
    const { inputs, targets } = randomBatch(2, 5, 8);
    const wrong = (position: number, id: number) => {
      const ids = inputs.slice();
      ids[position] = id;
      return ids;
    };

    /** All that a step may write. */
    const contents = async (model: AnyGPT2) => ({
      kinds: await Promise.all(
        (["parameters", "gradients", "m", "v"] as const).map((kind) => readTensors(model, kind)),
      ),
      logits: await readLogits(model, 0, 10),
      losses: await model.backend.read(model.losses),
    });

    const refused: [string, Batch[], string][] = [
      [
        "an id that is only padding",
        [{ inputs: wrong(3, 19), targets }],
        "trainStep: inputs[3] is 19, expected a token id from 0 to 18",
      ],
      [
        "a negative target",
        [{ inputs, targets: wrong(9, -1) }],
        "trainStep: targets[9] is -1, expected a token id from 0 to 18",
      ],
      [
        "too few inputs",
        [{ inputs: inputs.slice(1), targets }],
        "trainStep: inputs has 9 token ids, expected B*T = 10",
      ],
      [
        "too many targets",
        [{ inputs, targets: new Int32Array(11) }],
        "trainStep: targets has 11 token ids, expected B*T = 10",
      ],
      [
        "a second micro-batch",
        [
          { inputs, targets },
          { inputs, targets },
        ],
        "trainStep: got 2 micro-batches, expected accumulation = 1",
      ],
    ];
    test.each(refused)(
      "%s is refused by name, and nothing is written",
      async (_, batches, message) => {
        const model = createSmall(create());
        trainStep(model, [randomBatch(2, 5, 1)], 1, optimiser);
        const before = await contents(model);
        expect(() => trainStep(model, batches, 2, optimiser)).toThrow(message);
        expect(await contents(model)).toEqual(before);
      },
    );

    test("an array of another type is refused", () => {
      const model = createSmall(create());
      const plain = [...inputs] as unknown as Int32Array;
      expect(() => forward(model, plain)).toThrow(
        "forward: inputs is not an Int32Array of B*T = 10 token ids",
      );
    });

    test.each([
      ["step", 0, "an integer from 1"],
      ["lr", Number.NaN, "a number from 0"],
      ["beta2", 1, "a number from 0 to below 1"],
      ["weightDecay", -0.1, "a number from 0"],
      ["maxNorm", 0, "a number above 0"],
      ["eps", "1e-8", "a number from 0"],
      ["lr", null, "a number from 0"],
    ])("a %s of %s is refused by name, and nothing is written", async (name, value, expected) => {
      const model = createSmall(create());
      const before = await contents(model);
      const { step, ...others } = Object.assign({ step: 1, ...optimiser }, { [name]: value });
      expect(() => trainStep(model, [{ inputs, targets }], step, others)).toThrow(
        `trainStep: ${name} is ${value}, expected ${expected}`,
      );
      expect(await contents(model)).toEqual(before);
    });

    test("sizes that cannot be are refused before anything is allocated", () => {
      const backend = create();
      const refuse = (options: object, message: string, config = small) => {
        const alloc = () => {
          throw new Error("allocated");
        };
        const make = () =>
          createGPT2({ ...backend, alloc }, config, { B: 2, T: 5, training: true, ...options });
        expect(make).toThrow(message);
      };
      refuse({ T: 8 }, "createGPT2: T is 8, expected at most maxT = 7");
      refuse({ B: 0 }, "createGPT2: B is 0, expected a positive integer");
      refuse({ accumulation: 1.5 }, "createGPT2: accumulation is 1.5, expected a positive integer");
      refuse(
        { attention: "flash" as AttentionForm },
        'createGPT2: attention is "flash", expected "kept" or "recomputed"',
      );
      refuse(
        { recompute: "all" as unknown as boolean },
        "createGPT2: recompute is all, expected true or false",
      );
      refuse({ rowsPerChunk: 0 }, "createGPT2: rowsPerChunk is 0, expected a positive integer");
      refuse({}, "config: C is 12 and NH is 5", { ...small, NH: 5 });
    });

    test("logits of rows that are not there are refused", async () => {
      const model = createSmall(create(), { rowsPerChunk: 4 });
      for (const [start, rows] of [
        [8, 3],
        [0, 5],
        [-1, 2],
        [0, 0],
      ]) {
        await expect(readLogits(model, start, rows)).rejects.toThrow(
          `readLogits: ${rows} rows from row ${start}, expected 1 to 4 rows within the 10 of B*T`,
        );
      }
      expect(() => classifier(model, targets, 1, true)).toThrow(
        "classifier: micro is 1, expected an integer from 0 to 0",
      );
    });

    test("a checkpoint with a tensor of another length is refused whole", async () => {
      const model = createSmall(create());
      const before = await readTensors(model, "parameters");
      const values = byParameter((name) => before[name].map((value) => value + 1));
      values.lnfb = values.lnfb.subarray(1);
      expect(() => writeTensors(model, "parameters", values)).toThrow(
        "writeTensors: lnfb has 11 values, expected 12 for shape (12)",
      );
      expect(await readTensors(model, "parameters")).toEqual(before);
    });
  });
});
