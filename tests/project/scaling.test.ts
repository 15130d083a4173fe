// The runs that the lesson about scaling shows are runs of this code: the shortest is trained again.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { expect, test } from "vitest";
import { planRun } from "../../src/training/plan.ts";
import {
  batched,
  inCharacters,
  ladder,
  noise,
  repeated,
  type Scaling,
  settingsOf,
  withRows,
} from "../../src/training/scaling.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults } from "../../src/training/settings.ts";
import { load } from "../reference.ts";
import { openWasm } from "../wasm.ts";

const cellsAt = "lessons/21-scaling-laws-and-batch-size/cells/recorded.ts";
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
  const seeds = new Set(scaling.noise.map((run) => run.seed));
  expect(seeds.size).toBeGreaterThan(1);
  for (const seed of seeds) {
    const steps = scaling.noise.filter((run) => run.seed === seed).map(({ step }) => step);
    expect(
      steps.sort((a, b) => a - b),
      `seed ${seed}`,
    ).toEqual(noise.steps);
  }
});

test("the cells of the lesson read what was recorded, in the form in which npm run scaling writes it", () => {
  const cells = readFileSync(cellsAt, "utf8");
  const input = withRows(cells, scaling);
  const biome = ["node_modules/@biomejs/biome/bin/biome", "format", `--stdin-file-path=${cellsAt}`];
  const written = execFileSync(process.execPath, biome, { input, encoding: "utf8" });
  expect(written, "npm run scaling writes both files; cells/recorded.ts has other rows").toBe(
    cells,
  );
  const [first] = scaling.ladder;
  const other = { ...scaling, ladder: [{ ...first, loss: 9.75 }] };
  expect(withRows(cells, other)).toContain(`[[${first.L},${first.C},${first.steps},`);
  expect(withRows(cells, other)).toContain(",9.75]]");
  expect(() => withRows("export const ladder = 1;", scaling)).toThrow("no table called ladder");
});

test("the smallest model learns in 128 steps what was recorded", { timeout: 120_000 }, async () => {
  const { title } = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  const [train, validation] = await Promise.all(
    ["train", "val"].map(async (part) =>
      readTokens(await load(`data/tiny_shakespeare_${part}.bin`)),
    ),
  );
  const { text, V } = inCharacters({ name: title, train, validation });
  const [run] = scaling.ladder;
  const settings = checkSettings(settingsOf(defaults.tiny, run, V, run));
  const backend = await openWasm("kernels.relaxed", 2);
  try {
    const session = new Session(backend, planRun(settings, "WebAssembly"), text);
    while (session.step < run.steps) await session.train();
    const { loss } = await session.validate();
    if (title === scaling.text.name) {
      const { train, validation } = text;
      const told = { name: title, V, train: train.length, validation: validation.length };
      expect(told).toEqual(scaling.text);
      expect(loss).toBeCloseTo(run.loss, 2); // rounding has had 128 steps to grow
    } else {
      // The text could not be fetched here. On any other it knows by now which characters are frequent, and little more.
      expect(loss).toBeLessThan(Math.log(V) - 0.5);
      expect(loss).toBeGreaterThan(2);
    }
  } finally {
    backend.destroy();
  }
});
