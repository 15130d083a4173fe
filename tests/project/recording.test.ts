// The runs that the site shows are runs of this code: their first steps and their baselines are computed again.

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { describe, expect, test } from "vitest";
import { lossOfCounts } from "../../src/training/counts.ts";
import { planRun } from "../../src/training/plan.ts";
import { keptWhole, type Recording } from "../../src/training/recording.ts";
import { Session } from "../../src/training/session.ts";
import { checkSampling, checkSettings, configOf } from "../../src/training/settings.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { load } from "../reference.ts";
import { openWasm } from "../wasm.ts";

const folder = new URL("../../src/recorded/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

async function textOf({ settings }: Recording) {
  const { V } = configOf(settings);
  const [train, validation] = await Promise.all(
    ["train", "val"].map(async (part) =>
      narrowTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), V),
    ),
  );
  const { title } = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  return { name: String(title), train, validation };
}

test("there is a recording of tiny", () => {
  expect(names).toContain("tiny.json");
});

describe.each(names)("%s", (name) => {
  const file = readFileSync(new URL(name, folder));
  const recording: Recording = JSON.parse(file.toString());
  const { settings, sampling, stops, losses, targets, baselines } = recording;

  test("is small, and goes from step 0 to the last in steps that grow", () => {
    expect(gzipSync(file).length).toBeLessThan(30_000);
    expect(checkSettings(settings)).toBe(settings);
    expect(checkSampling(sampling)).toBe(sampling);
    const steps = stops.map(({ step }) => step);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(settings.steps);
    for (const list of [steps, losses.map(([step]) => step), stops.map((stop) => stop.seconds)]) {
      expect(list).toEqual(list.toSorted((a, b) => a - b));
    }
    const first = losses.slice(0, keptWhole).map(([step]) => step);
    expect(first).toEqual(Array.from({ length: keptWhole }, (_, i) => i + 1));
    for (const { text } of stops) expect(text.length).toBeGreaterThan(0);
  });

  test("its baselines are those of counts in the text, on the targets of its validations", async () => {
    const { name, train, validation } = await textOf(recording);
    if (name !== recording.text.name) return; // the text could not be fetched here
    expect(recording.text).toEqual({ name, train: train.length, validation: validation.length });
    const { B, T, validationBatches } = settings;
    const windows = Math.floor((validation.length - 1) / T);
    expect(targets).toBe(T * Math.min(validationBatches * B, windows));
    const { V } = configOf(settings);
    expect(baselines).toHaveLength(3);
    baselines.forEach((loss, order) => {
      expect(loss).toBeCloseTo(lossOfCounts(train, validation, targets, order, V), 4);
    });
  });

  test("its first losses are computed again", async () => {
    const text = await textOf(recording);
    if (text.name !== recording.text.name) return;
    const backend = await openWasm("kernels.relaxed", 2);
    try {
      const session = new Session(backend, planRun(settings, "WebAssembly"), text);
      expect((await session.validate()).loss).toBeCloseTo(stops[0].loss, 3);
      const steps = settings.preset === "tiny" ? keptWhole : 2; // of a larger one each takes seconds
      for (const [step, loss] of losses.slice(0, steps)) {
        expect((await session.train()).loss, `step ${step}`).toBeCloseTo(loss, 3);
      }
    } finally {
      backend.destroy();
    }
  });
});
