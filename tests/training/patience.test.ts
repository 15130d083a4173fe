import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { describe, expect, it } from "vitest";
import { rateAt } from "../../src/training/changes.ts";
import { type Part, writeCheckpoint } from "../../src/training/checkpoint.ts";
import type { RunEvent } from "../../src/training/events.ts";
import { bestOf, isOver } from "../../src/training/patience.ts";
import { planRun } from "../../src/training/plan.ts";
import { type Progress, readProgress } from "../../src/training/progress.ts";
import { Run } from "../../src/training/run.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import { randomIds } from "../random.ts";

const rows = (...losses: number[]) => losses.map((loss, i) => ({ step: 10 * i, loss }));

describe("patience", () => {
  it("is over after so many validations without a better one, and again after as many", () => {
    const losses = [3, 2, 2.5, 2, 2.1, 2.2, 1.9, 2];
    const over = losses.map((_, i) => isOver(rows(...losses.slice(0, i + 1)), 2));
    expect(over).toEqual([false, false, false, true, false, true, false, false]);
    expect(bestOf(rows(...losses))).toEqual({ step: 60, loss: 1.9 });
    expect(bestOf(rows(2, 2))?.step).toBe(0); // no better than the first
    expect(losses.some((_, i) => isOver(rows(...losses.slice(0, i + 1)), 0))).toBe(false);
  });
});

const settings: Settings = {
  ...defaults.tiny,
  ...{
    B: 2,
    T: 8,
    steps: 200,
    warmup: 0,
    validateEvery: 2,
    validationBatches: 2,
    sampleEvery: 500,
  },
  sizes: { maxT: 16, V: 257, Vp: 384, L: 1, NH: 2, C: 16 },
};

const text = {
  name: "noise",
  train: Uint16Array.from(randomIds(40, 3, 64)),
  validation: Uint16Array.from(randomIds(60, 4, 257)), // nothing of it can be learned
};

describe("a run with patience", () => {
  it("pauses when the text has no more to give, says which validation was the best, and goes on when it is told to", async () => {
    const events: RunEvent[] = [];
    let paused = Promise.withResolvers<void>();
    const run = new Run(
      new Session(createCpu(), planRun({ ...settings, patience: 3 }, "TypeScript"), text),
      null,
      null,
      (event) => {
        events.push(event);
        if (event.type === "state" && event.state === "paused") paused.resolve();
      },
      () => new Promise<void>((done) => setImmediate(done)),
    );
    run.continue();
    await paused.promise;
    const { validations } = run.session.history;
    expect(run.session.step).toBeLessThan(200);
    const best = bestOf(validations);
    expect(validations.length - 1 - validations.indexOf(best as (typeof validations)[0])).toBe(3);
    const notice = events.find(({ type }) => type === "notice");
    expect(notice).toMatchObject({
      message: expect.stringContaining(`the 3 validations since step ${best?.step} `),
    });
    const at = run.session.step;
    paused = Promise.withResolvers();
    run.continue();
    await paused.promise;
    expect(run.session.step).toBeGreaterThan(at);
  });
});

describe("the best checkpoint", () => {
  it("is kept at each validation that is better than all before it, and is gone back to, with its bits", async () => {
    const best = new Map<number, Uint8Array<ArrayBuffer>[]>();
    const keeper = {
      kept: undefined,
      advice: "",
      whyFull: () => undefined,
      save: async () => 1,
      async saveBest(progress: Progress, parts: readonly Part[]) {
        const chunks: Uint8Array<ArrayBuffer>[] = [];
        best.set(progress.step, chunks);
        return writeCheckpoint(progress, parts, (bytes) => void chunks.push(bytes.slice()));
      },
    };
    const ended = Promise.withResolvers<void>();
    const back = Promise.withResolvers<void>();
    const plan = planRun({ ...settings, steps: 20, keepBest: true }, "TypeScript");
    const events: RunEvent[] = [];
    const run = new Run(
      new Session(createCpu(), plan, text),
      null,
      keeper,
      (event) => {
        events.push(event);
        if (event.type !== "state") return;
        if (event.state === "finished") ended.resolve();
        if (event.state === "paused") back.resolve();
      },
      () => new Promise<void>((done) => setImmediate(done)),
    );
    run.continue();
    await ended.promise;
    const { validations, losses } = run.session.history;
    const better = validations
      .slice(1)
      .filter(({ loss }, i, all) => all.slice(0, i).every((before) => before.loss > loss));
    expect([...best.keys()]).toEqual(better.map(({ step }) => step));
    expect(events.filter(({ type }) => type === "best")).toHaveLength(better.length);
    const [step, chunks] = [...best].at(-1) as [number, Uint8Array<ArrayBuffer>[]];
    expect(step).toBeLessThan(20); // else there is nothing to go back from
    const source = blobSource(new Blob(chunks));
    const progress = await readProgress(source);
    run.goBack(async () => ({
      session: await Session.restore(createCpu(), plan, progress, source),
      message: "back",
    }));
    await back.promise;
    expect([run.session.step, run.session.history.validations.length]).toEqual([
      step,
      step / 2 + 1,
    ]);
    expect((await run.session.train()).loss).toBe(losses[step].loss);
  });
});

describe("settings that need not be given", () => {
  it("say how the learning rate goes: along half a cosine, along a line, or not at all", () => {
    const base = { ...settings, steps: 10, warmup: 2, learningRate: 1e-2, finalRate: 0.2 };
    const rates = (schedule?: Settings["schedule"]) =>
      [1, 2, 3, 7, 10].map((step) => rateAt({ ...base, schedule }, step));
    const near = (values: number[]) => values.map((value) => expect.closeTo(value, 10));
    expect(rates("linear")).toEqual(near([5e-3, 1e-2, 1e-2, 6e-3, 3e-3]));
    expect(rates("constant")).toEqual(near([5e-3, 1e-2, 1e-2, 1e-2, 1e-2]));
    expect(rates()).toEqual(rates("cosine"));
    expect(rates()[3]).toBeCloseTo(6e-3, 10); // halfway both meet
    expect(rates()[4]).not.toBeCloseTo(3e-3, 5);
  });

  it("change what a step does: beta1, beta2, the clip, the order", async () => {
    const losses = async (given: Partial<Settings>) => {
      const session = new Session(
        createCpu(),
        planRun({ ...settings, ...given }, "TypeScript"),
        text,
      );
      for (let i = 0; i < 3; i++) await session.train();
      return session.history.losses.map(({ loss }) => loss);
    };
    const usual = await losses({});
    expect(
      await losses({ beta1: 0.9, beta2: 0.95, maxNorm: 1, order: "shuffled", schedule: "cosine" }),
    ).toEqual(usual);
    for (const given of [
      { beta1: 0.5 },
      { beta2: 0.5 },
      { maxNorm: 0.01 },
      { order: "text" },
      { schedule: "constant" },
    ] as const) {
      expect(await losses(given), JSON.stringify(given)).not.toEqual(usual);
    }
  });

  it("are refused where they make no sense", () => {
    expect(() => checkSettings({ ...settings, schedule: "none" })).toThrow(
      "choose one of cosine, linear, constant",
    );
    expect(() => checkSettings({ ...settings, patience: -1 })).toThrow(
      "choose a whole number from 0 to 1000",
    );
    expect(() => checkSettings({ ...settings, beta1: 1 })).toThrow("beta1 is 1");
    expect(() => checkSettings({ ...settings, keepBest: 1 })).toThrow(
      "whether the best checkpoint is kept is 1; choose true or false",
    );
    const pairs = (vocabularySize?: number) => () =>
      checkSettings({ ...settings, vocabulary: "pairs", vocabularySize });
    expect(pairs(256)).toThrow("the size of the vocabulary is 256; choose a whole number from 257");
    expect(pairs(8193)).toThrow("to 8192");
    expect(pairs()).toThrow("the size of the vocabulary is missing");
    expect(pairs(257)()).toMatchObject({ vocabularySize: 257 });
    const sizes = { maxT: 16, V: 2, Vp: 128, L: 1, NH: 2, C: 16 };
    expect(() => checkSettings({ ...settings, sizes })).toThrow("V, the number of tokens");
    expect(checkSettings({ ...settings, sizes, vocabulary: "characters" })).toMatchObject({
      sizes,
    });
    expect(() => checkSettings({ ...settings, sizes: { ...sizes, NH: 3 } })).toThrow(/NH/);
  });
});
