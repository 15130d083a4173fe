// The runs that lesson 28 compares are runs of this code: their first losses are computed again.

import { readFileSync } from "node:fs";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { countParameters } from "@llm.ts/kernels/models.ts";
import { describe, expect, test } from "vitest";
import { type Ablation, settingsOf, variants } from "../../src/training/ablation.ts";
import { planRun } from "../../src/training/plan.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings } from "../../src/training/settings.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { load } from "../reference.ts";
import { openWasm } from "../wasm.ts";

const file = readFileSync(
  new URL("../../src/recorded/ablation/tiny.json", import.meta.url),
  "utf8",
);
const ablation: Ablation = JSON.parse(file);
const { runs, settings } = ablation;

async function textOf() {
  const parts = ["train", "val"].map(async (part) =>
    narrowTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), 1024),
  );
  const [train, validation] = await Promise.all(parts);
  const { title } = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  return { name: String(title), train, validation };
}

test("the file is small, and its models differ from each other by what was to be changed", () => {
  expect(file.length).toBeLessThan(20_000);
  const counts = Object.values(variants).map(({ config }) => countParameters(config));
  for (const { variant, parameters } of runs) {
    expect(parameters).toBe(countParameters(variants[variant].config));
  }
  const [gpt2, rmsnorm, rope, swiglu, grouped, llama] = counts;
  expect(gpt2 - rmsnorm).toBe(9 * 128); // the shifts of nine norms
  expect(gpt2 - rope).toBe(64 * 128); // the table of places
  expect(gpt2 - swiglu).toBe(4 * 4 * 128); // 340 is a little under 8/3 of 128
  expect(gpt2 - grouped).toBe(4 * 2 * 2 * 32 * 128); // keys and values of two heads in each layer
  expect(Math.abs(llama - gpt2) / gpt2).toBeLessThan(0.02);
});

describe.each(runs.filter(({ seed }) => seed === runs[0].seed))("$variant", (run) => {
  test("begins as recorded, and learns as recorded", { timeout: 120_000 }, async () => {
    const text = await textOf();
    const recorded = text.name === ablation.text.name; // else it could not be fetched here
    const chosen = checkSettings(settingsOf(settings, run));
    const backend = await openWasm("kernels.relaxed", 2);
    try {
      const session = new Session(backend, planRun(chosen, "WebAssembly"), text);
      const [[, first], [step, second]] = run.validations;
      const { loss } = await session.validate();
      if (recorded) expect(loss).toBeCloseTo(first, 3);
      expect(Math.abs(loss - Math.log(1024))).toBeLessThan(0.5); // it knows nothing yet, of any text
      if (run.variant !== "llama") return; // forty steps of one of them are enough
      while (session.step < step) await session.train();
      const { loss: then } = await session.validate();
      if (recorded) expect(then).toBeCloseTo(second, 2); // rounding has had forty steps to grow
      expect(then).toBeLessThan(loss - 0.5);
    } finally {
      backend.destroy();
    }
  });
});
