// The runs that the lesson about scaling shows are runs of this code: the shortest is trained again.

import { readFileSync } from "node:fs";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { expect, test } from "vitest";
import * as cells from "../../lessons/21-scaling-laws-and-batch-size/cells/recorded.ts";
import { planRun } from "../../src/training/plan.ts";
import { batched, ladder, repeated, type Scaling, settingsOf } from "../../src/training/scaling.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults } from "../../src/training/settings.ts";
import { charactersOf, tokenizerOf } from "../../src/training/tokenizers.ts";
import { decodeTokens, gpt2V } from "../../src/training/vocabulary.ts";
import { load } from "../reference.ts";
import { openWasm } from "../wasm.ts";

const file = readFileSync("src/recorded/scaling/characters.json", "utf8");
const scaling: Scaling = JSON.parse(file);

test("the file is small, and has a run for every rung, piece and batch", () => {
  expect(file.length).toBeLessThan(40_000);
  const [seed] = scaling.ladder.map((run) => run.seed);
  for (const { L, C, steps } of ladder) {
    const runs = scaling.ladder.filter((run) => run.seed === seed && run.L === L && run.C === C);
    expect(runs.map((run) => run.steps).sort((a, b) => a - b)).toEqual(steps);
  }
  expect(scaling.repeats.filter((run) => run.seed === seed).map(({ piece }) => piece)).toEqual(
    repeated.pieces,
  );
  const sizes = scaling.batches.filter((run) => run.seed === seed).map(({ B }) => B);
  expect([...new Set(sizes)]).toEqual(batched.B);
});

test("the cells of the lesson read what was recorded", () => {
  const sorted = (rows: readonly (readonly unknown[])[]) =>
    rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(cells.ladder)).toEqual(
    sorted(scaling.ladder.map(({ L, C, steps, seed, loss }) => [L, C, steps, seed, loss])),
  );
  expect(sorted(cells.repeats)).toEqual(
    sorted(
      scaling.repeats.map(({ piece, seed, trained, validations }) => [
        ...[piece, seed, trained],
        validations.map(([, loss]) => loss),
      ]),
    ),
  );
  expect(sorted(cells.batches)).toEqual(
    sorted(scaling.batches.map(({ B, rate, seed, steps }) => [B, rate, seed, steps])),
  );
  expect(sorted(cells.noise)).toEqual(
    sorted(scaling.noise.map(({ step, seed, loss, squares }) => [step, seed, loss, ...squares])),
  );
});

test("the smallest model learns in 128 steps what was recorded", { timeout: 120_000 }, async () => {
  const { title } = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  if (title !== scaling.text.name) return; // the text could not be fetched here
  const [train, validation] = await Promise.all(
    ["train", "val"].map(async (part) =>
      decodeTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), gpt2V),
    ),
  );
  const vocabulary = charactersOf(train + validation, true);
  const { V, encode } = tokenizerOf(vocabulary, gpt2V);
  const encoded = (text: string) => encode(text, { separators: true });
  const text = { name: title, vocabulary, train: encoded(train), validation: encoded(validation) };
  expect([V, text.train.length, text.validation.length]).toEqual([
    ...[scaling.text.V, scaling.text.train, scaling.text.validation],
  ]);
  const [run] = scaling.ladder;
  const settings = checkSettings(settingsOf(defaults.tiny, run, V, run));
  const backend = await openWasm("kernels.relaxed", 2);
  try {
    const session = new Session(backend, planRun(settings, "WebAssembly"), text);
    while (session.step < run.steps) await session.train();
    expect((await session.validate()).loss).toBeCloseTo(run.loss, 2); // rounding has had 128 steps to grow
  } finally {
    backend.destroy();
  }
});
