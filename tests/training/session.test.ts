import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { createLoader } from "@llm.ts/kernels/formats/loader.ts";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { blobSource, type Source } from "@llm.ts/kernels/formats/source.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { GpuFault } from "@llm.ts/kernels/runtime/gpu/fault.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Report } from "../../src/trainer/protocol.ts";
import { readCommand, readReport } from "../../src/trainer/protocol.ts";
import { verifyCheckpoint, writeCheckpoint } from "../../src/training/checkpoint.ts";
import { threadClock } from "../../src/training/clock.ts";
import { crc32 } from "../../src/training/crc.ts";
import { toCsv } from "../../src/training/csv.ts";
import { planRun } from "../../src/training/plan.ts";
import {
  type DeviceNote,
  isProgress,
  type Progress,
  readProgress,
} from "../../src/training/progress.ts";
import { Run } from "../../src/training/run.ts";
import { Session, type Text } from "../../src/training/session.ts";
import {
  checkSampling,
  checkSettings,
  defaultSampling,
  defaults,
  type Settings,
  usualWarmup,
} from "../../src/training/settings.ts";
import { Store } from "../../src/training/store.ts";
import type { SyncFile } from "../../src/training/syncfile.ts";
import { histogramOf } from "../../src/training/tensors.ts";
import { decodeTokens } from "../../src/training/vocabulary.ts";
import { readWeightsCommand } from "../../src/weights/protocol.ts";
import { randomIds } from "../random.ts";

/** Of the preset `tiny`. */
const tiny: Settings = {
  ...defaults.tiny,
  ...{ B: 2, T: 8, steps: 12, warmup: 2, validateEvery: 4, validationBatches: 2 },
  ...{ sampleEvery: 5, sampleLength: 3 },
};

/** Of a model so small that a step takes a millisecond: what a session does is the same at any size. */
const settings: Settings = {
  ...tiny,
  sizes: { maxT: 64, V: 1024, Vp: 1024, L: 2, NH: 2, C: 16 },
};

const text = makeText(600, 80);

const plan = planRun(settings, "TypeScript");

const begin = (settings: Settings) =>
  new Session(createCpu(), planRun(settings, "TypeScript"), text);

const start = (changes: Partial<Settings> = {}) => begin({ ...settings, ...changes });

/** Goes on with a checkpoint, as the worker does. */
async function restore(
  backend: Backend<Floats, Ints>,
  source: Source,
  note?: DeviceNote,
): Promise<Session<Floats, Ints>> {
  const progress = await readProgress(source);
  const plan = planRun(progress.settings, note?.tier ?? "TypeScript");
  return Session.restore(backend, plan, progress, source, note);
}

describe("a run that is interrupted", () => {
  it.each([
    ["tiny", tiny],
    ["a model of other sizes", settings],
  ])("has the same losses, to the last bit, as one that is not: %s", async (_, settings) => {
    const whole = begin(settings);
    const expected = await losses(whole, 8);

    let session = begin(settings);
    const actual = await losses(session, 3);
    session = await reopen(session);
    actual.push(...(await losses(session, 1)));
    session = await reopen(session);
    actual.push(...(await losses(session, 4)));

    expect(bits(actual)).toEqual(bits(expected));
    expect(new Set(expected).size).toBe(8); // each loss is another number: no constant could pass
    expect(await model(session)).toEqual(await model(whole));
  });

  it("has them with several micro-batches in a step too", async () => {
    const expected = await losses(start({ accumulation: 3 }), 4);
    const session = start({ accumulation: 3 });
    const actual = await losses(session, 2);
    actual.push(...(await losses(await reopen(session), 2)));
    expect(bits(actual)).toEqual(bits(expected));
  });

  it("has them where layernorm and GELU are computed again, as where all is kept, and stays that way", async () => {
    const expected = await losses(start(), 4);
    const session = start({ recompute: true });
    const actual = await losses(session, 2);
    const restored = await reopen(session);
    expect(restored.settings.recompute).toBe(true);
    actual.push(...(await losses(restored, 2)));
    expect(bits(actual)).toEqual(bits(expected));
  });

  it.each(["bfloat16", "float16"] as const)(
    "has them where activations wait in %s, and stays that way",
    async (activations) => {
      const expected = await losses(start({ activations }), 4);
      const session = start({ activations });
      const actual = await losses(session, 2);
      const restored = await reopen(session);
      expect(restored.settings.activations).toBe(activations);
      expect(planRun(restored.settings, "WebGPU").options.activations).toBe(activations);
      actual.push(...(await losses(restored, 2)));
      expect(bits(actual)).toEqual(bits(expected));
      expect(bits(actual)).not.toEqual(bits(await losses(start(), 4)));
    },
  );

  it.each(["bfloat16", "float16"] as const)(
    "has them where matmul reads matrices in %s, and stays that way",
    async (weightFormat) => {
      const expected = await losses(start({ weightFormat }), 4);
      const session = start({ weightFormat });
      const actual = await losses(session, 2);
      const restored = await reopen(session);
      expect(restored.settings.weightFormat).toBe(weightFormat);
      expect(planRun(restored.settings, "WebGPU").options.weights).toBe(weightFormat);
      actual.push(...(await losses(restored, 2)));
      expect(bits(actual)).toEqual(bits(expected));
      const exact = await losses(start(), 4);
      expect(bits(actual)[0]).not.toEqual(bits(exact)[0]); // of the forward pass, which reads them too
    },
  );

  it("has them from a checkpoint of the time before there was a choice of what to keep", async () => {
    expect(settings).not.toHaveProperty("recompute");
    const session = start();
    await losses(session, 1);
    const restored = await reopen(session);
    expect(restored.settings).toEqual(settings);
    expect(planRun(restored.settings, "WebGPU").options.recompute).toBe(false);
  });

  it("has them when validation and samples come in between", async () => {
    const expected = await losses(start(), 4);
    const session = start();
    const actual = await losses(session, 2);
    await session.validate();
    await session.sample(defaultSampling, async () => true);
    actual.push(...(await losses(session, 2)));
    expect(bits(actual)).toEqual(bits(expected));
  });

  it("validates on the same batches, and draws the same next sample", async () => {
    const whole = start();
    await losses(whole, 2);
    await whole.sample(defaultSampling, async () => true);
    const restored = await reopen(whole);
    expect(await restored.validate()).toEqual(await whole.validate());
    expect(await restored.sample(defaultSampling, async () => true)).toEqual(
      await whole.sample(defaultSampling, async () => true),
    );
  });

  it("validates each window once, however many there are in a batch and however many batches are asked for", async () => {
    const validation = Uint16Array.from(randomIds(3 * 8 + 2, 5, 1024)); // three windows of T = 8
    const short = { ...text, validation };
    const loss = async (B: number, validationBatches: number) => {
      const plan = planRun({ ...settings, B, validationBatches }, "TypeScript");
      return (await new Session(createCpu(), plan, short).validate()).loss;
    };
    const all = await loss(3, 1);
    for (const [B, batches] of [
      [1, 3],
      [2, 2],
      [4, 1],
      [4, 4],
      [1, 9],
    ]) {
      expect(await loss(B, batches), `${batches} batches of ${B}`).toBeCloseTo(all, 5);
    }
    expect(await loss(2, 1)).not.toBeCloseTo(all, 3); // the first two windows only
  });

  it("draws samples from the likeliest tokens alone, as top-k or top-p says", async () => {
    const session = begin(tiny);
    const text = async (sampling: object) => {
      const options = { ...defaultSampling, prompt: "To be", temperature: 0.2, ...sampling };
      return (await session.sample(options, async () => true))?.text;
    };
    const greedy = await text({ temperature: 0 });
    expect(await text({ topK: 1, topP: 1 })).toBe(greedy);
    expect(await text({ topK: 1000, topP: 0.01 })).toBe(greedy); // the likeliest alone has a hundredth
    expect(await text({ topK: 1000, topP: 1 })).not.toBe(greedy);
  });

  it("keeps its history, its samples, its text and its settings", async () => {
    const session = start();
    await session.validate();
    await losses(session, 3);
    await session.sample({ prompt: "To be", temperature: 1, topK: 5, topP: 0.9 }, async () => true);
    const restored = await reopen(session);
    expect(restored.history).toEqual(session.history);
    expect(restored.samples).toEqual(session.samples);
    expect(restored.text).toEqual(session.text);
    expect(restored.settings).toEqual(session.settings);
    expect(restored.seconds).toBe(session.seconds);
    expect(restored.step).toBe(3);
  });
});

describe("the batch of a step", () => {
  const same = { B: 2, T: 8, accumulation: 1 };

  it("has before the step the mean loss that the step has, and asking changes no bit of the training", async () => {
    const expected = await losses(start(same), 4);
    const session = start(same);
    const actual: number[] = [];
    for (let step = 1; step <= 4; step++) {
      const { mean, at } = await session.inspect(step);
      expect(at).toBe(step - 1);
      actual.push((await session.train()).loss);
      expect(mean).toBeCloseTo(actual[step - 1], 5);
      await session.inspect(1);
    }
    expect(bits(actual)).toEqual(bits(expected));
  });

  it("is told token by token: what is given, what is guessed, and the loss of each", async () => {
    const session = start(same);
    await losses(session, 2);
    const { texts, mean, B, step } = await session.inspect(2);
    expect([texts.length, B, step]).toEqual([2, 2, 2]);
    // The windows of the second batch, found in the text by themselves.
    const loader = createLoader(text.train, 2, 8, settings.seed);
    loader.next();
    loader.next();
    const spelled = (ids: ArrayLike<number>, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => decodeTokens([ids[from + i]], 1024));
    for (const [b, each] of texts.entries()) {
      expect([each.first]).toEqual(spelled(loader.inputs, 8 * b, 8 * b + 1));
      expect(each.tokens).toEqual(spelled(loader.targets, 8 * b, 8 * b + 8));
    }
    const all = texts.flatMap((each) => each.losses);
    expect(all).toHaveLength(16);
    expect(all.reduce((a, b) => a + b) / 16).toBeCloseTo(mean, 10);
    expect(new Set(all).size).toBeGreaterThan(10);
  });

  it("takes the first of several micro-batches, and of a large one the beginning", async () => {
    const session = start({ ...same, accumulation: 3 });
    const loader = createLoader(text.train, 2, 8, settings.seed);
    loader.position = 6; // two windows in each of three batches
    loader.next();
    expect((await session.inspect(2)).texts[1].first).toBe(decodeTokens([loader.inputs[8]], 1024));
    const large = start({ B: 200, T: 8 });
    const { texts, B } = await large.inspect(1);
    expect([texts.length, B]).toEqual([128, 200]); // 1,024 tokens
  });
});

describe("a session", () => {
  it("begins near ln V and learns", async () => {
    const session = start({ steps: 1000, T: 16, B: 4 });
    const all = await losses(session, 30);
    expect(all[0]).toBeGreaterThan(6.7);
    expect(all[0]).toBeLessThan(7.2); // ln 1024 = 6.93
    expect(all.slice(-5).reduce((a, b) => a + b) / 5).toBeLessThan(all[0] - 1);
  });

  it("differs from another whose seed differs", async () => {
    expect(await losses(start({ seed: 1 }), 1)).not.toEqual(await losses(start({ seed: 2 }), 1));
  });

  it("writes as many tokens as are asked for, is watched meanwhile, and stops at the end of a text", async () => {
    const session = start();
    const sampling = { ...defaultSampling, temperature: 10, topK: 1024, length: 3000 };
    let tokens = 0;
    let middle = "";
    const whole = await session.sample(sampling, async (soFar) => {
      if (++tokens === 1000) middle = soFar().text;
      return true;
    });
    expect([tokens, session.drawn]).toEqual([2999, 3000]);
    expect(middle.length).toBeGreaterThan(1000);
    expect(whole?.text.startsWith(middle.slice(0, -4))).toBe(true); // a character may be half written
    const [end = 0] = whole?.ends ?? []; // one token in 1,024: some three of them
    expect(end).toBeGreaterThan(0);
    const stopped = await start().sample({ ...sampling, stop: true }, async () => true);
    expect(stopped?.ends).toEqual([end]);
    expect(stopped?.text).toBe(whole?.text.slice(0, end + "<|endoftext|>".length));
  });

  it("gives up a sample when it is told to", async () => {
    const session = start();
    expect(await session.sample(defaultSampling, async () => false)).toBeUndefined();
    expect(session.samples).toEqual([]);
  });

  it("stops at a loss that is not a number, and can neither train nor be saved after it", async () => {
    const session = new Session(failing("crossentropyMean", Number.NaN), plan, text);
    await expect(session.train()).rejects.toThrow("the loss is NaN");
    expect(session.step).toBe(0);
    await expect(session.train()).rejects.toThrow("this run cannot go on");
    expect(() => session.progress()).toThrow("this run cannot go on");
  });

  it("stops at a loss that is infinite", async () => {
    const session = new Session(failing("crossentropyMean", Infinity), plan, text);
    await expect(session.train()).rejects.toThrow("the loss is Infinity");
  });

  it.each(["crossentropyMean", "crossentropySoftmaxFused"])(
    "stops where a device leaves %s out, at the first step and after others",
    async (kernel) => {
      let leaveOut = true;
      const cpu = createCpu() as unknown as Record<string, (...args: unknown[]) => void>;
      const device = {
        ...cpu,
        [kernel]: (...args: unknown[]) => (leaveOut ? undefined : cpu[kernel](...args)),
      } as unknown as Backend<Floats, Ints>;
      await expect(new Session(device, plan, text).train()).rejects.toThrow("the loss is NaN");

      leaveOut = false;
      const session = new Session(device, plan, text);
      await losses(session, 2);
      leaveOut = true;
      await expect(session.validate()).rejects.toThrow("the loss is NaN");
      if (kernel !== "crossentropyMean") expect((await session.inspect(1)).mean).toBeNaN();
      await expect(session.train()).rejects.toThrow("the loss is NaN");
    },
  );

  it("goes on where the loss is 0: a text learned by heart can have it, and so can what is resumed", async () => {
    const session = new Session(failing("crossentropyMean", 0), plan, text);
    expect(await losses(session, 3)).toEqual([0, 0, 0]);
    expect((await session.validate()).loss).toBe(0);
    const source = memory(await save(session));
    const resumed = await restore(failing("crossentropyMean", 0), source);
    expect(resumed.step).toBe(3);
    expect(await losses(resumed, 1)).toEqual([0]);
  });

  it("stops at a gradient that is infinite", async () => {
    const session = new Session(failing("gradientSquares", Infinity), plan, text);
    await expect(session.train()).rejects.toThrow(
      /^the length of the gradient is Infinity, and nothing can be learned from it: lower the learning rate, or go back to the last checkpoint$/,
    );
  });

  it.each([
    [{ activations: "float16" }, true],
    [{ weightFormat: "float16" }, true],
    [{ activations: "bfloat16" }, false],
  ] as const)("says what float16 may have to do with it, with %o: %s", async (change, told) => {
    const narrow = planRun({ ...plan.settings, ...change }, "TypeScript");
    const session = new Session(failing("crossentropyMean", Number.NaN), narrow, text);
    const error = await session.train().then(String, ({ message }: Error) => message);
    expect(error).toContain("the loss is NaN");
    expect(error.includes("begin again with bfloat16 instead of float16")).toBe(told);
  });

  it("names a text that is too short", () => {
    const short = { ...text, validation: text.validation.slice(0, 8) };
    expect(() => new Session(createCpu(), plan, short)).toThrow("T + 1 = 9");
  });
});

describe("a checkpoint", () => {
  it("is found out wherever one bit of it was changed", async () => {
    const session = start();
    await losses(session, 1);
    const bytes = await save(session);
    await verifyCheckpoint(memory(bytes));
    const places = randomIds(40, 7, bytes.length);
    for (const at of [0, 7, 8, 20, 100, bytes.length - 1, ...places]) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      await expect(verifyCheckpoint(memory(damaged)), `byte ${at}`).rejects.toThrow();
    }
  });

  it("is a safetensors file like any other", async () => {
    const session = begin(tiny);
    await losses(session, 2);
    const { tensors, metadata } = readSafetensors(await save(session));
    expect(metadata.format).toBe("llm.ts checkpoint 1");
    expect(tensors.get("parameters.wte")?.shape).toEqual([1024, 128]);
    expect(tensors.get("v.fcw")?.shape).toEqual([4, 512, 128]);
    expect(Array.from(tensors.get("text.train")?.data ?? [])).toEqual(Array.from(text.train));
    const rows = tensors.get("history.losses")?.data ?? [];
    expect([rows[1], rows[5]]).toEqual(session.history.losses.map(({ loss }) => loss));
  });

  it("is found out when it is cut short, too long, or another kind of file", async () => {
    const bytes = await save(start());
    for (const length of [0, 7, 8, 500, bytes.length - 1]) {
      await expect(verifyCheckpoint(memory(bytes.slice(0, length)))).rejects.toThrow();
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    await expect(verifyCheckpoint(memory(longer))).rejects.toThrow("cut short");
    const foreign = new TextEncoder().encode("PK\u0003\u0004 a zip, not a checkpoint");
    await expect(readProgress(memory(foreign))).rejects.toThrow("not a checkpoint of this site");
  });

  it("is the same when it is read from a file as from memory", async () => {
    const bytes = await save(start());
    await verifyCheckpoint(blobSource(new Blob([bytes])));
    expect(await readProgress(blobSource(new Blob([bytes])))).toEqual(
      await readProgress(memory(bytes)),
    );
  });

  it("is refused when its tensors do not fit its settings", async () => {
    const session = start();
    const sink = collect();
    const progress: Progress = { ...session.progress(), losses: 5 };
    await writeCheckpoint(progress, session.parts(), sink.write);
    await expect(restore(createCpu(), memory(sink.bytes()))).rejects.toThrow(
      "its tensors are not those of the model",
    );
  });

  it("is refused, before memory is taken, when it counts more than it can hold", async () => {
    const session = start();
    const progress = session.progress();
    const many = 2 ** 50;
    const text = { ...progress.text, train: many };
    for (const wrong of [{ text }, { losses: many }, { validations: many }]) {
      const sink = collect();
      await writeCheckpoint({ ...progress, ...wrong }, session.parts(), sink.write);
      const restored = restore(createCpu(), memory(sink.bytes()));
      await expect(restored).rejects.toThrow(FormatError);
      await expect(restored).rejects.toThrow("more in it than its size allows");
    }
  });

  it("knows its run by when that began, and an older one by when it was written", async () => {
    const session = start();
    const progress = session.progress();
    expect(progress.begun).toBeCloseTo(Date.now(), -5);
    const reopened = async (changes: Partial<Progress>) => {
      const sink = collect();
      await writeCheckpoint({ ...progress, ...changes }, session.parts(), sink.write);
      return (await restore(createCpu(), memory(sink.bytes()))).progress().begun;
    };
    expect(await reopened({ begun: 12, savedAt: 34 })).toBe(12);
    expect(await reopened({ begun: undefined, savedAt: 34 })).toBe(34);
  });

  it("is refused when what it says of the run is incomplete", () => {
    const progress = start().progress();
    expect(isProgress(progress)).toBe(true);
    for (const name of Object.keys(progress)) {
      const older = name === "begun"; // checkpoints from before it was noted have none
      expect(isProgress({ ...progress, [name]: undefined }), name).toBe(older);
    }
    expect(isProgress({ ...progress, begun: -1 })).toBe(false);
    expect(isProgress({ ...progress, settings: { ...settings, T: 65 } })).toBe(false);
    const device = { ...progress.device, simd: "relaxed", threads: 2 };
    expect(isProgress({ ...progress, device })).toBe(true);
    expect(isProgress({ ...progress, device: { ...device, simd: "wide" } })).toBe(false);
    expect(isProgress({ ...progress, device: { ...device, threads: -1 } })).toBe(false);
    expect(isProgress(null)).toBe(false);
  });

  it("has the CRC-32 that zip and PNG use", () => {
    const digits = new TextEncoder().encode("123456789");
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
  });
});

describe("the store", () => {
  it("writes its two slots in turn, and finds the newest", async () => {
    const slots = [slot(), slot()];
    const store = await Store.open(slots);
    const session = start();
    for (const step of [1, 2, 3]) {
      await session.train();
      await store.save(session.progress(), session.parts());
      expect((await store.newest()).found?.progress.step).toBe(step);
    }
    const again = await Store.open(slots);
    expect((await again.list()).kept.map(({ progress }) => progress.step)).toEqual([3, 2]);
  });

  it("falls back to the slot before when the newest is damaged, and then writes over the damaged one", async () => {
    const slots = [slot(), slot()];
    const store = await Store.open(slots);
    const session = start();
    await session.train();
    await store.save(session.progress(), session.parts());
    await session.train();
    await store.save(session.progress(), session.parts());
    const newest = (await store.newest()).found?.slot ?? -1;
    slots[newest].flip(20_000);

    const again = await Store.open(slots);
    const { found, damage } = await again.newest();
    expect(found?.progress.step).toBe(1);
    expect(damage).toEqual([
      "A saved checkpoint cannot be used: its checksum does not match its contents: the file was damaged.",
    ]);
    await again.save(session.progress(), session.parts());
    expect((await again.newest()).found?.slot).toBe(newest);
    expect((await again.newest()).damage).toEqual([]);
  });

  it("keeps the checkpoint before when the storage is full, and gives back what it had taken", async () => {
    for (const how of ["throws", "writes less"] as const) {
      const slots = [slot(), slot()];
      const store = await Store.open(slots);
      const session = start();
      await session.train();
      await store.save(session.progress(), session.parts());
      await session.train();
      slots[1].limit(100_000, how);
      await expect(store.save(session.progress(), session.parts())).rejects.toThrow();
      expect(slots[1].getSize()).toBe(0);
      expect((await store.newest()).found?.progress.step).toBe(1);
      slots[1].limit(Infinity, how);
      await store.save(session.progress(), session.parts());
      expect((await store.newest()).found?.progress.step).toBe(2);
    }
  });

  it("says of a slot that was half written that it is cut short, and uses the other", async () => {
    const slots = [slot(), slot()];
    const store = await Store.open(slots);
    const session = start();
    await store.save(session.progress(), session.parts());
    await session.train();
    await store.save(session.progress(), session.parts());
    slots[1].truncate(slots[1].getSize() / 2);
    const { found, damage } = await (await Store.open(slots)).newest();
    expect(found?.progress.step).toBe(0);
    expect(damage[0]).toMatch(/cut short/);
  });

  it("takes the later save for the newest even if the clock was set back", async () => {
    const store = await Store.open([slot(), slot()]);
    const session = start();
    await store.save(session.progress(), session.parts());
    await session.train();
    await store.save({ ...session.progress(), savedAt: 5 }, session.parts());
    expect((await store.newest()).found?.progress.step).toBe(1);
  });

  it("is empty after it was cleared", async () => {
    const store = await Store.open([slot(), slot()]);
    const session = start();
    await store.save(session.progress(), session.parts());
    store.clear();
    expect(await store.newest()).toEqual({ found: undefined, damage: [] });
  });
});

describe("the loop", () => {
  it("validates, samples and saves when it should, and ends after the last step", async () => {
    const { run, reports, state } = await loop();
    run.continue();
    await state("finished");
    const types = reports.map(({ type }) => type);
    expect(types.filter((type) => type === "step")).toHaveLength(12);
    const validations = reports.flatMap((each) => (each.type === "validation" ? [each.row] : []));
    expect(validations.map(({ step }) => step)).toEqual([0, 4, 8, 12]);
    const samples = reports.flatMap((each) => (each.type === "sample" ? [each.sample] : []));
    expect(samples.map(({ step }) => step)).toEqual([5, 10, 12]);
    expect(types.at(-2)).toBe("saved");
  });

  it("pauses after the running step, saves, and goes on with the next", async () => {
    const { run, reports, state, store } = await loop();
    run.continue();
    await state("running");
    run.pause();
    await state("paused");
    const { step } = run.session;
    expect((await store.newest()).found?.progress.step).toBe(step);
    run.continue();
    await state("finished");
    const steps = reports.flatMap((each) => (each.type === "step" ? [each.row.step] : []));
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it("measures what a step does to each tensor, while it is asked to, and changes no bit", async () => {
    const { run, reports, state } = await loop();
    run.measureTensors(true);
    run.continue();
    await state("finished");
    const rows = reports.flatMap((each) => (each.type === "tensors" ? [each] : []));
    expect(rows[0].step).toBe(1);
    expect(bits(stepLosses(reports))).toEqual(bits(await losses(start(), 12)));

    // Apart: the parameters before and after the first step, as a checkpoint has them.
    const session = start();
    const before = await parametersOf(session);
    const { norm } = await session.train();
    const after = await parametersOf(session);
    const length = (values: number[]) => Math.hypot(...values);
    for (const { name, weight, ratio } of rows[0].rows ?? []) {
      const [from, to] = [before, after].map((all) => all[`parameters.${name}`]);
      expect(weight).toBeCloseTo(length(from), 4);
      const update = length(to.map((value, i) => value - from[i]));
      if (length(from) > 0) expect(ratio / (update / length(from))).toBeCloseTo(1, 5);
      else expect(ratio).toBe(Infinity);
    }
    const gradients = (rows[0].rows ?? []).map(({ gradient }) => gradient);
    expect(gradients).toHaveLength(16);
    expect(length(gradients) / norm).toBeCloseTo(1, 5);
    expect(new Set(gradients).size).toBe(16);

    run.measureTensors(false);
    const other = await loop();
    other.run.continue();
    await other.state("finished");
    expect(other.reports.some(({ type }) => type === "tensors")).toBe(false);
  });

  it("tells how the values of the opened tensor are spread, and those of its gradient, and changes no bit", async () => {
    const { run, reports, state } = await loop();
    const spreads = () => reports.flatMap((each) => (each.type === "spread" ? [each] : []));
    run.measureTensors(true, "fcw");
    await until(() => spreads().length === 1);
    expect(spreads()[0]).toMatchObject({ step: 0, spread: { name: "fcw", gradient: null } });
    run.continue();
    await state("finished");
    expect(bits(stepLosses(reports))).toEqual(bits(await losses(start(), 12)));

    // Apart: the values after the first step as a checkpoint has them, and the length of the gradient from the table.
    const session = start();
    const { values: initial } = spreads()[0].spread;
    expect(initial.counts).toEqual(
      histogramOf((await parametersOf(session))["parameters.fcw"]).counts,
    );
    await session.train();
    const fcw = (await parametersOf(session))["parameters.fcw"];
    const { step, spread } = spreads()[1];
    expect(step).toBe(1);
    expect(spread.values).toEqual(histogramOf(fcw));
    const rows = reports.find((each) => each.type === "tensors")?.rows ?? [];
    const { gradient = 0 } = rows.find(({ name }) => name === "fcw") ?? {};
    expect((spread.gradient?.rms ?? 0) * Math.sqrt(fcw.length)).toBeCloseTo(gradient, 5);
    expect(spread.gradient?.counts.reduce((sum, count) => sum + count, 0)).toBe(fcw.length);

    const before = spreads().length;
    run.measureTensors(true, "lnfw"); // another one, of a run that is over
    await until(() => spreads().length === before + 1);
    expect(spreads().at(-1)?.spread.name).toBe("lnfw");
  });

  describe("by a clock", () => {
    let now = 0; // milliseconds

    /** Has a method take so many seconds. */
    const slow = <Name extends string>(
      of: Record<Name, (...args: never[]) => unknown>,
      name: Name,
      seconds: number,
    ): void => {
      const method = of[name].bind(of) as (...args: never[]) => unknown;
      of[name] = (...args) => {
        now += 1000 * seconds;
        return method(...args);
      };
    };

    afterEach(() => vi.restoreAllMocks());

    it("measures tensors in at most a twentieth of the time, until it is told not to", async () => {
      vi.spyOn(performance, "now").mockImplementation(() => now);
      const { run, reports, state } = await loop(start({ steps: 200, validateEvery: 1000 }));
      slow(run.session, "handOver", 1);
      slow(run.session, "parametersNow", 1);
      slow(run.session, "measure", 2);
      run.measureTensors(true);
      run.continue();
      const measured = () =>
        reports.flatMap((each) => (each.type === "tensors" ? [each.step] : []));
      await until(() => measured().length === 2);
      const { measure } = run.session;
      run.session.measure = (before) => {
        run.measureTensors(false); // the panel is closed while this goes on
        return measure(before);
      };
      await state("finished");
      expect(measured()).toEqual([1, 62, 123]); // 3 seconds, then 60 without
    });

    it("does not keep what is drawn in a pause where saving takes long", async () => {
      vi.spyOn(performance, "now").mockImplementation(() => now);
      const { run, reports, store } = await loop();
      slow(store, "save", 3);
      for (const samples of [1, 2]) {
        run.draw();
        await until(() => reports.filter(({ type }) => type === "sample").length === samples);
      }
      await tick();
      expect(reports.map(({ type }) => type).filter((type) => type !== "writing")).toEqual([
        "saved", // first, so that what is told to be there is there after a reload
        "sample",
        "sample",
      ]);
    });
  });

  it("draws a sample when asked, while paused too", async () => {
    const { run, reports } = await loop();
    run.draw();
    await until(() => reports.some(({ type }) => type === "sample"));
    const drawn = reports.findLast(({ type }) => type === "sample");
    expect(drawn).toMatchObject({ type: "sample", asked: true });
  });

  it("keeps what was drawn in a pause, and the count that the next sample is drawn from", async () => {
    const { run, reports, store } = await loop();
    for (const samples of [1, 2]) {
      run.draw();
      await until(() => reports.filter(({ type }) => type === "sample").length === samples);
      expect((await store.newest()).found?.progress.samples).toHaveLength(samples); // by now
    }
    expect(reports.filter(({ type }) => type === "saved")).toHaveLength(2);
    const kept = (await store.newest()).found?.progress;
    expect(kept?.samples).toEqual(run.session.samples);
    expect(kept?.samples).toHaveLength(2);
    expect([kept?.step, kept?.drawn]).toEqual([0, 2 * settings.sampleLength]);
    const before = reports.length;
    await run.save();
    expect(reports).toHaveLength(before); // nothing has been learned or drawn since
  });

  it("writes the first checkpoint after the first step, and none after the second", async () => {
    const { run, reports, state, slots } = await loop(start({ steps: 3, validateEvery: 100 }));
    run.continue();
    await until(() => stepLosses(reports).length >= 2);
    await state("finished");
    const saved = reports.flatMap((each) => (each.type === "saved" ? [each.step] : []));
    expect(saved).toEqual([1, 3]);
    const again = await loop(start(), slots); // where there is one already, it is not written again so soon
    again.run.continue();
    await until(() => stepLosses(again.reports).length >= 3);
    expect(again.reports.some(({ type }) => type === "saved")).toBe(false);
    again.run.pause();
    await again.state("paused");
  });

  it("says that the storage is full, and goes on", async () => {
    const { run, reports, state, slots } = await loop();
    for (const each of slots) each.limit(10, "throws");
    run.continue();
    await state("finished");
    const failures = reports.flatMap((each) => (each.type === "not saved" ? [each.message] : []));
    const full = "The browser's storage for this site is full.";
    const rest =
      "There is no checkpoint of this run. To keep what has been learned since, free some space or save a checkpoint to a file.";
    // After the first step, and after the last.
    expect(failures).toEqual([`${full} Training goes on. ${rest}`, `${full} ${rest}`]);
    expect(run.session.step).toBe(12);
  });

  it("says of a failed save what is kept, and whether training goes on", async () => {
    const { run, reports, state, slots } = await loop(start({ steps: 1000 }));
    const failures = () =>
      reports.flatMap((each) => (each.type === "not saved" ? [each.message] : []));
    run.continue();
    await until(() => stepLosses(reports).length >= 2);
    run.do(() => run.save());
    await until(() => reports.filter(({ type }) => type === "saved").length === 2); // the first by itself
    const kept = reports.flatMap((each) => (each.type === "saved" ? [each.step] : []));
    for (const each of slots) each.limit(10, "throws");
    const before = run.session.step;
    await until(() => run.session.step > before);
    run.do(() => run.save());
    await until(() => failures().length === 1);
    run.pause();
    await state("paused");
    const still = `The checkpoint of step ${kept.at(-1)} is kept.`;
    expect(failures()).toEqual([
      expect.stringContaining(`full. Training goes on. ${still}`),
      expect.stringContaining(`full. ${still}`),
    ]);
    for (const each of slots) each.limit(Infinity, "throws");
    run.do(() => run.save());
    await until(() => reports.at(-1)?.type === "saved");
  });

  it("reports a fault in a sentence, keeps the last checkpoint, and does nothing more", async () => {
    const slots = [slot(), slot()];
    const store = await Store.open(slots);
    const good = start();
    await good.train();
    await store.save(good.progress(), good.parts());

    const reports: Report[] = [];
    const session = new Session(failing("crossentropyMean", Number.NaN, 2), plan, text);
    const run = new Run(session, defaultSampling, store, (each) => reports.push(each), tick);
    run.continue();
    await until(() => reports.some(({ type }) => type === "fault"));
    expect(reports.at(-1)).toMatchObject({ message: expect.stringContaining("the loss is NaN") });
    run.pause();
    await tick();
    expect((await store.newest()).found?.progress.step).toBe(1);
  });

  it("keeps a GPU busy with a few steps, none beyond one after which something is due, with the same losses", async () => {
    const session = gpuSession();
    const handOver = session.handOver.bind(session);
    let most = 0;
    session.handOver = () => {
      handOver();
      most = Math.max(most, session.ahead);
    };
    const { run, reports, state } = await loop(session);
    run.continue();
    await state("finished");
    expect(bits(stepLosses(reports))).toEqual(bits(await losses(gpuSession(), 12)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    const order = reports.flatMap((each): (string | number)[] =>
      each.type === "step" ? [each.row.step] : each.type === "validation" ? ["validation"] : [],
    );
    // biome-ignore format: as the run goes
    expect(order).toEqual(["validation", 1, 2, 3, 4, "validation", 5, 6, 7, 8, "validation", 9, 10, 11, 12, "validation"]);
  });

  it("waits for all steps that a GPU was given before it pauses", async () => {
    const { run, reports, state, store } = await loop(gpuSession());
    run.continue();
    await until(() => stepLosses(reports).length >= 2);
    run.pause();
    await state("paused");
    const { step, ahead } = run.session;
    expect([ahead, stepLosses(reports).length]).toEqual([0, step]);
    expect((await store.newest()).found?.progress.step).toBe(step);
  });

  it("goes on from the last checkpoint on a new device, with the same losses, when the old one is lost", async () => {
    const device = lossy();
    const { run, reports, state, store } = await loop(new Session(device, gpuPlan, text, gpuNote));
    run.renew = async (error) => {
      expect(error.message).toBe("the GPU was lost");
      const { found } = await store.newest();
      if (!found) throw new Error("there is no checkpoint");
      const session = await restore(lossy(), store.source(found.slot), gpuNote);
      return { session, message: "told" };
    };
    run.continue();
    await until(() => stepLosses(reports).length >= 3);
    run.pause(); // writes a checkpoint
    await state("paused");
    const saved = run.session.step;
    run.continue();
    await until(() => run.session.step > saved);
    device.lose();
    await state("finished");
    const resumed = reports.flatMap((each) => (each.type === "resumed" ? [each] : []));
    expect(resumed.map(({ progress, message }) => [progress.step, message])).toEqual([
      [saved, "told"],
    ]);
    expect(bits(run.session.history.losses.map(({ loss }) => loss))).toEqual(
      bits(await losses(gpuSession(), 12)),
    );
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "has the same losses however often and whenever devices are lost, checkpoints being written among other times; seed %i",
    async (seed) => {
      const moments = Array.from(randomIds(6, seed, 40)); // reads that each device survives
      const devices: number[] = [];
      const device = () => {
        const survives = moments[devices.length] ?? Infinity; // the last is never lost
        devices.push(survives);
        return lossy(survives);
      };
      const first = new Session(device(), gpuPlan, text, gpuNote);
      const { run, reports, state, store } = await loop(first);
      run.renew = async (error) => {
        expect(error.message).toBe("the GPU was lost");
        const { found } = await store.newest();
        const session = found
          ? await restore(device(), store.source(found.slot), gpuNote)
          : new Session(device(), gpuPlan, text, gpuNote);
        return { session, message: `at ${session.step}` };
      };
      run.continue();
      while (!run.session.finished) {
        const { step } = run.session;
        await until(() => run.session.step !== step);
        run.do(() => run.save());
      }
      await state("finished");
      expect(reports.filter(({ type }) => type === "fault")).toEqual([]);
      expect(reports.filter(({ type }) => type === "resumed")).toHaveLength(devices.length - 1);
      expect(devices.length).toBeGreaterThan(1);
      expect(bits(run.session.history.losses.map(({ loss }) => loss))).toEqual(
        bits(await losses(gpuSession(), 12)),
      );
    },
  );

  it("carries a command out after the device was lost in the middle of it", async () => {
    const device = lossy();
    const { run, reports, state, store } = await loop(new Session(device, gpuPlan, text, gpuNote));
    run.renew = async () => ({ session: gpuSession(), message: "told" });
    run.continue();
    await until(() => stepLosses(reports).length >= 2);
    device.lose();
    run.pause();
    await state("paused");
    expect((await store.newest()).found).toBeDefined();
    expect(reports.filter(({ type }) => type === "resumed")).toHaveLength(1);
  });

  it("is over when the device cannot be had again", async () => {
    const device = lossy();
    const { run, reports } = await loop(new Session(device, gpuPlan, text, gpuNote));
    run.renew = async () => {
      throw new Error("the graphics processor was lost 3 times");
    };
    run.continue();
    await until(() => stepLosses(reports).length >= 1);
    device.lose();
    await until(() => reports.some(({ type }) => type === "fault"));
    expect(reports.at(-1)).toEqual({
      type: "fault",
      message: "the graphics processor was lost 3 times",
      cause: "device",
    });
  });

  it("tells what the kernels of a step take, only while it is asked to, and with the same losses", async () => {
    const { backend, clock } = threadClock(createCpu());
    const { run, reports, state } = await loop(new Session(backend, plan, text));
    run.clock = () => clock;
    const taken = () => reports.flatMap((each) => (each.type === "kernels" ? [each.times] : []));
    run.timeKernels(true);
    run.continue();
    await until(() => taken().length > 0);
    run.timeKernels(false);
    await state("finished");
    expect(taken()).toHaveLength(1); // one a second at most
    const times = taken()[0] ?? [];
    // biome-ignore format: a list of names
    expect(times.map(({ kernel }) => kernel).sort()).toEqual([
      "adamwUpdate", "attentionBackward", "attentionForward", "clipGradients", "crossentropyMean",
      "crossentropySoftmaxFused", "encoderBackward", "encoderForward", "geluBackward", "geluForward", "gradientSquares",
      "layernormBackward", "layernormForward", "matmulBackward", "matmulForward", "residualBackward", "residualForward",
    ]);
    const total = times.reduce((sum, { seconds }) => sum + seconds, 0);
    const step = reports.findIndex(({ type }) => type === "kernels") - 1; // told right after it
    const row = reports[step].type === "step" ? reports[step].row : undefined;
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(row?.seconds ?? 0);
    expect(bits(stepLosses(reports))).toEqual(bits(await losses(start(), 12)));
  });

  it("says of a device that shows no clock that it has none, and of the next one too", async () => {
    const device = lossy();
    const { run, reports, state } = await loop(new Session(device, gpuPlan, text, gpuNote));
    run.renew = async () => ({ session: gpuSession(), message: "told" });
    run.continue();
    run.timeKernels(true);
    expect(reports.at(-1)).toEqual({ type: "kernels", times: null });
    device.lose();
    await state("finished");
    expect(reports.filter(({ type }) => type === "kernels")).toHaveLength(2);
  });

  it("refuses a prompt that cannot be encoded, and trains on", async () => {
    const { run, reports, state } = await loop();
    run.sampling = { ...defaultSampling, prompt: "a".repeat(6000) };
    run.draw();
    await until(() => reports.length > 0);
    expect(reports[0]).toMatchObject({ type: "refused", setting: "prompt" });
    run.sampling = defaultSampling;
    run.continue();
    await state("finished");
  });
});

describe("settings", () => {
  it("are right as they come for every preset", () => {
    for (const each of Object.values(defaults)) {
      expect(checkSettings(each)).toEqual(each);
      expect(checkSettings({ ...each, recompute: true }).recompute).toBe(true);
    }
    expect(checkSampling(defaultSampling)).toEqual(defaultSampling);
  });

  it.each([
    [{ T: 65 }, "T", "T is 65, but tiny reads at most 64: choose 64 or fewer tokens"],
    [{ T: 0 }, "T", "T, the number of tokens in a sequence, is 0; choose a whole number from 1"],
    [{ B: 1.5 }, "B", "is 1.5; choose a whole number from 1 to 256"],
    [{ B: Number.NaN }, "B", "is missing"],
    [{ learningRate: 0 }, "learningRate", "the learning rate is 0; choose a number from 1e-8 to 1"],
    [{ seed: -1 }, "seed", "the seed is -1"],
    [{ warmup: 12 }, "warmup", "the warm-up takes 12 steps"],
    [{ recompute: 1 }, "recompute", "is 1; choose true or false"],
    [{ activations: "int8" }, "activations", "is int8; choose one of float32, bfloat16, float16"],
    [{ weightFormat: "q8_0" }, "weightFormat", "is q8_0; choose one of float32, bfloat16, float16"],
    [{ preset: "huge" }, "preset", "the preset is huge; choose one of tiny, small"],
    [{ preset: "toString" }, "preset", "the preset is toString"],
  ])("are refused by name: %o", (changes, setting, message) => {
    expect(() => checkSettings({ ...tiny, ...changes })).toThrow(
      expect.objectContaining({ setting, message: expect.stringContaining(message) }),
    );
  });

  it("have the preset's warm-up, where nobody has chosen one, or all steps but the last of a shorter run", () => {
    const warmup = (steps: number) => usualWarmup({ preset: "tiny", steps });
    expect([1, 2, 20, 100, 101, 102, 8000].map(warmup)).toEqual([0, 1, 19, 99, 100, 100, 100]);
    for (const steps of [1, 2, 100, 8000]) {
      expect(() => checkSettings({ ...defaults.tiny, steps, warmup: warmup(steps) })).not.toThrow();
    }
    expect(usualWarmup({ preset: "small", steps: 2000 })).toBe(100);
  });

  it("of samples are refused by name", () => {
    const check = (changes: object) => () => checkSampling({ ...defaultSampling, ...changes });
    expect(check({ temperature: -1 })).toThrow("the temperature is -1");
    expect(check({ topK: 0 })).toThrow("top-k is 0; choose a whole number from 1");
    expect(check({ topP: 0 })).toThrow("top-p is 0; choose a number from 0.01 to 1");
    expect(check({ prompt: "x".repeat(2001) })).toThrow("the prompt is too long");
  });
});

describe("messages", () => {
  it("are refused when they are of no known type or lack something", () => {
    expect(readCommand({ type: "pause" })).toEqual({ type: "pause" });
    expect(() => readCommand({ type: "constructor" })).toThrow("the type constructor is not known");
    expect(() => readCommand("pause")).toThrow("the type undefined is not known");
    expect(() => readCommand({ type: "start", settings: {} })).toThrow("computer is undefined");
    expect(() => readReport({ type: "fault" })).toThrow("message is undefined, expected string");
    expect(() => readWeightsCommand({ type: "pause" })).toThrow("the command pause is not known");
    expect(() => readReport(null)).toThrow("the type undefined is not known");
  });
});

describe("the numbers of a run as CSV", () => {
  it("read back as the same float32 values", () => {
    const loss = Math.fround(6.9312345);
    const csv = toCsv({
      losses: [{ step: 1, loss, norm: 2, seconds: 0.5 }],
      validations: [
        { step: 0, loss: 7 },
        { step: 1, loss: 6.5 },
      ],
      changes: [
        { step: 0, setting: "learningRate", from: 0.002, to: 0.001 },
        { step: 0, setting: "steps", from: 10, to: 20 },
      ],
    });
    const [head, first, second] = csv.trimEnd().split("\n");
    expect(head).toBe("step,train_loss,gradient_norm,seconds,validation_loss,right_answers,change");
    expect(first).toBe("0,,,,7,,");
    expect(Math.fround(Number(second.split(",")[1]))).toBe(loss);
    expect(second).toMatch(/,2,0\.5,6\.5,,learning rate 0\.002 → 0\.001; steps 10 → 20$/);
  });
});

/** A text in which some tokens follow others more often than by chance, so that there is something to learn. */
function makeText(train: number, validation: number): Text {
  const tokens = (length: number, seed: number) => {
    const noise = randomIds(length, seed, 3);
    const ids = new Uint16Array(length);
    for (let i = 1; i < length; i++) ids[i] = (ids[i - 1] * 5 + 1 + noise[i]) % 64;
    return ids;
  };
  return { name: "a test", train: tokens(train, 3), validation: tokens(validation, 4) };
}

async function losses(session: Session<Floats, Ints>, steps: number): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < steps; i++) all.push((await session.train()).loss);
  return all;
}

const bits = (values: number[]) => Array.from(new Uint32Array(Float32Array.from(values).buffer));

/** Writes a session to a checkpoint and makes a new one from it. */
async function reopen(session: Session<Floats, Ints>): Promise<Session<Floats, Ints>> {
  return restore(createCpu(), memory(await save(session)));
}

async function save(session: Session<Floats, Ints>): Promise<Uint8Array<ArrayBuffer>> {
  const sink = collect();
  await writeCheckpoint(session.progress(), session.parts(), sink.write);
  return sink.bytes();
}

/** CRC-32 of every tensor of the model, by name. */
async function model(session: Session<Floats, Ints>): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const part of session.parts().filter(({ name }) => /^(parameters|m|v)\./.test(name))) {
    const values = new Float32Array(part.shape.reduce((a, b) => a * b, 1));
    await part.read(0, values);
    sums[part.name] = crc32(new Uint8Array(values.buffer));
  }
  return sums;
}

/** As a checkpoint has them. */
async function parametersOf(session: Session<Floats, Ints>): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const part of session.parts().filter(({ name }) => name.startsWith("parameters."))) {
    const values = new Float32Array(part.shape.reduce((a, b) => a * b, 1));
    await part.read(0, values);
    found[part.name] = Array.from(values);
  }
  return found;
}

function collect() {
  const to = slot();
  return {
    write: (bytes: Uint8Array<ArrayBuffer>) => void to.write(bytes, { at: to.getSize() }),
    bytes() {
      const bytes = new Uint8Array(to.getSize());
      to.read(bytes, { at: 0 });
      return bytes;
    },
  };
}

function memory(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read(into, at) {
      if (at + into.length > bytes.length) throw new Error("read past the end");
      into.set(bytes.subarray(at, at + into.length));
    },
  };
}

/** A device on which one kernel gives a wrong result, from its `nth` call on. */
function failing(kernel: "crossentropyMean" | "gradientSquares", value: number, nth = 0) {
  let calls = 0;
  return {
    ...createCpu(),
    [kernel]: (out: Floats) => {
      out[0] = ++calls >= nth ? value : 6;
    },
  };
}

/** A file in memory, with faults on demand. */
function slot(): SyncFile & { flip(at: number): void; limit(size: number, how: string): void } {
  const bytes = new Uint8Array(1 << 24); // more than a checkpoint of these tests takes
  let size = 0;
  let most = Infinity;
  let fault = "throws";
  return {
    getSize: () => size,
    read(into, { at }) {
      const part = bytes.subarray(at, Math.min(at + into.length, size));
      into.set(part);
      return part.length;
    },
    write(from, { at }) {
      const room = Math.max(0, Math.min(from.length, most - at));
      if (room < from.length && fault === "throws") {
        throw new DOMException("no room", "QuotaExceededError");
      }
      bytes.set(from.subarray(0, room), at);
      size = Math.max(size, at + room);
      return room;
    },
    truncate(to) {
      size = to;
    },
    flush() {},
    close() {},
    flip(at) {
      bytes[at] ^= 4;
    },
    limit(to, how) {
      most = to;
      fault = how;
    },
  };
}

const tick = () => new Promise<void>((resolve) => setTimeout(resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await tick();
}

const gpuPlan = planRun(settings, "WebGPU");
const gpuNote: DeviceNote = { tier: "WebGPU", adapter: "a test", choice: null };

const gpuSession = () => new Session(lossy(), gpuPlan, text, gpuNote);

const stepLosses = (reports: readonly Report[]) =>
  reports.flatMap((each) => (each.type === "step" ? [each.row.loss] : []));

/**
 * A device that gives its values back late, as a GPU does, and that can be lost.
 *
 * @param survives the number of reads after which it is lost by itself
 */
function lossy(survives = Infinity): Backend<Floats, Ints> & { lose(): void } {
  const cpu = createCpu();
  let lost = false;
  let reads = 0;
  return {
    ...cpu,
    lose() {
      lost = true;
    },
    async read(tensor: Floats, into?: Floats) {
      const values = await cpu.read(tensor, into); // as they are now
      if (tensor.length === 1) await tick();
      if (lost || ++reads > survives) throw new GpuFault("the GPU was lost");
      return values;
    },
  };
}

async function loop(session: Session<Floats, Ints> = start(), slots = [slot(), slot()]) {
  const store = await Store.open(slots);
  const reports: Report[] = [];
  const run = new Run(session, defaultSampling, store, (report) => reports.push(report), tick);
  const state = (wanted: string) =>
    until(() => reports.some((each) => each.type === "state" && each.state === wanted));
  return { run, reports, store, slots, state };
}
