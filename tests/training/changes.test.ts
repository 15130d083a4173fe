import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { describe, expect, it } from "vitest";
import { changeSettings, rateAt } from "../../src/training/changes.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import type { RunEvent } from "../../src/training/events.ts";
import { planRun } from "../../src/training/plan.ts";
import { isProgress, readProgress } from "../../src/training/progress.ts";
import { Run } from "../../src/training/run.ts";
import { Session } from "../../src/training/session.ts";
import { defaults, type Settings } from "../../src/training/settings.ts";
import { randomIds } from "../random.ts";

const settings: Settings = {
  ...defaults.tiny,
  ...{ B: 2, T: 8, steps: 6, warmup: 2, validateEvery: 4, validationBatches: 2, sampleEvery: 50 },
  sizes: { maxT: 64, V: 1024, Vp: 1024, L: 1, NH: 2, C: 16 },
};

const text = {
  name: "a test",
  train: Uint16Array.from(randomIds(400, 3, 64)),
  validation: Uint16Array.from(randomIds(60, 4, 64)),
};

type Any = Session<Floats, Ints>;

const start = (changes: Partial<Settings> = {}): Any =>
  new Session(createCpu(), planRun({ ...settings, ...changes }, "TypeScript"), text);

async function reopen(session: Any): Promise<Any> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    chunks.push(bytes.slice());
  });
  const source = blobSource(new Blob(chunks));
  const progress = await readProgress(source);
  return Session.restore(createCpu(), planRun(progress.settings, "TypeScript"), progress, source);
}

async function train(session: Any, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await session.train()).loss);
  return losses;
}

async function weights(session: Any): Promise<number[]> {
  const all: number[] = [];
  for (const part of session.parts()) {
    if (!parameterNames.some((name) => part.name === `parameters.${name}`)) continue;
    const values = new Float32Array(part.shape.reduce((a, b) => a * b));
    await part.read(0, values);
    all.push(...values);
  }
  return all;
}

describe("a run that is changed while it goes", () => {
  it("has the same losses and weights, to the last bit, with a reload at any place as without", async () => {
    const whole = start();
    const expected = await train(whole, 3);
    whole.change({ learningRate: 4e-4 });
    expected.push(...(await train(whole, 2)));
    whole.change({ steps: 12 });
    expected.push(...(await train(whole, 3)));

    let session = await reopen(start());
    const actual = await train(session, 3);
    session = await reopen(session);
    session.change({ learningRate: 4e-4 });
    session = await reopen(session); // a change that no step was taken with is kept too
    actual.push(...(await train(session, 2)));
    session.change({ steps: 12 });
    actual.push(...(await train(session, 1)));
    session = await reopen(session);
    actual.push(...(await train(session, 2)));

    expect(actual).toEqual(expected);
    expect(await weights(session)).toEqual(await weights(whole));
    expect(session.history.changes).toEqual([
      { step: 3, setting: "learningRate", from: 2e-3, to: 4e-4 },
      { step: 5, setting: "steps", from: 6, to: 12 },
    ]);
    expect(session.settings).toEqual({ ...settings, learningRate: 4e-4, steps: 12 });
    // The change is seen one step later: a step's loss is that of the weights before it.
    const without = await train(start(), 5);
    expect(expected.slice(0, 4)).toEqual(without.slice(0, 4));
    expect(expected[4]).not.toBe(without[4]);
  });

  it("goes on, when it is extended, as a run of that length from the same weights would", async () => {
    const long = start({ steps: 12 });
    const short = start({ steps: 12 });
    short.change({ steps: 6 });
    short.change({ steps: 12 });
    expect(await train(short, 4)).toEqual(await train(long, 4));
  });

  it("cannot be made shorter than it is, nor get a rate that is none, and stays as it was then", async () => {
    const session = start();
    await train(session, 3);
    expect(() => session.change({ steps: 3 })).toThrow(
      "the number of steps is 3, but 3 are done already; choose 4 or more",
    );
    expect(() => session.change({ learningRate: 0 })).toThrow("the learning rate is 0");
    expect(() => session.change({ steps: 2, learningRate: 1e-3 })).toThrow("warm-up");
    expect(session.settings).toEqual(settings);
    expect(session.change({ steps: 6 })).toEqual([]);
    expect(session.history.changes).toBeUndefined();
  });

  it("is kept with the change at once, and goes on after its end", async () => {
    const events: RunEvent[] = [];
    const saved: number[] = [];
    const keeper = {
      kept: undefined,
      advice: "",
      whyFull: () => undefined,
      save: async ({ settings }: { settings: Settings }) => saved.push(settings.steps),
    };
    const ended = Promise.withResolvers<void>();
    const run = new Run(
      start(),
      null,
      keeper,
      (event) => {
        events.push(event);
        if (event.type !== "state" || event.state !== "finished") return;
        if (run.session.step === 6) run.change({ steps: 8, learningRate: 1e-3 });
        else ended.resolve();
      },
      () => new Promise<void>((done) => setImmediate(done)),
    );
    run.continue();
    await ended.promise;
    expect(run.session.step).toBe(8);
    expect(events.find(({ type }) => type === "changed")).toMatchObject({
      settings: { steps: 8, learningRate: 1e-3 },
      changes: [{ step: 6 }, { step: 6 }],
    });
    expect(saved.at(-1)).toBe(8);
    expect(saved.filter((steps) => steps === 8).length).toBeGreaterThan(1); // at the change, and at the end
  });
});

describe("the learning rate", () => {
  it("is scaled as a whole by another one, and stretched by another number of steps", () => {
    const { settings: half } = changeSettings(settings, 3, { learningRate: 1e-3 });
    for (const step of [1, 2, 4, 6]) {
      expect(rateAt(half, step)).toBeCloseTo(rateAt(settings, step) / 2, 12);
    }
    const { settings: long } = changeSettings(settings, 6, { steps: 12 });
    // Half a cosine from 2e-3 to 1e-4 over the ten steps after the warm-up: the seventh step is four of them in.
    const expected = 1e-4 + (1.9e-3 * (1 + Math.cos((4 / 10) * Math.PI))) / 2;
    expect(rateAt(long, 7)).toBeCloseTo(expected, 12);
  });

  it("stays where it is after the warm-up, or falls along a line, where that is chosen", () => {
    const { learningRate: lr, warmup, steps, finalRate } = settings;
    const at = (schedule: "constant" | "linear", step: number) =>
      rateAt({ ...settings, schedule }, step);
    expect([warmup, warmup + 1, steps].map((step) => at("constant", step))).toEqual([lr, lr, lr]);
    const share = (steps - 1 - warmup) / (steps - warmup); // of the way, before the last step
    expect(at("linear", steps)).toBeCloseTo(lr - share * lr * (1 - finalRate), 12);
  });
});

describe("a checkpoint", () => {
  it("tells of changes only in a way that makes sense", async () => {
    const session = start();
    const progress = session.progress();
    expect(isProgress(progress)).toBe(true); // as before there were changes
    const change = { step: 1, setting: "steps", from: 1, to: 2 };
    expect(isProgress({ ...progress, changes: [change] })).toBe(true);
    expect(isProgress({ ...progress, changes: [{ ...change, setting: "B" }] })).toBe(false);
    expect(isProgress({ ...progress, changes: [{ ...change, to: null }] })).toBe(false);
    expect(isProgress({ ...progress, changes: "none" })).toBe(false);
  });
});
