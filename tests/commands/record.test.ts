// npm run record, as far as its file goes: that the runs of the site are runs of this code, tests/project/recording.test.ts says.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ablate } from "../../src/commands/ablate.ts";
import { record } from "../../src/commands/record.ts";
import { scaling } from "../../src/commands/scaling.ts";
import type { Ablation } from "../../src/training/ablation.ts";
import type { Recording } from "../../src/training/recording.ts";
import type { Scaling } from "../../src/training/scaling.ts";
import { call } from "./inprocess.ts";

/** Says that a file's runs are on another text, and expects that none is added to them. */
async function refusesOtherText(out: string, add: () => ReturnType<typeof call>) {
  const before = JSON.parse(readFileSync(out, "utf8"));
  for (const [change, message] of [
    [{ name: "Moby" }, "has runs on Moby, and the text here is "],
    [{ train: 1 }, "the text here is other tokens of it: name another file by --out"],
  ] as const) {
    const file = JSON.stringify({ ...before, text: { ...before.text, ...change } });
    writeFileSync(out, file);
    const { status, stderr } = await add();
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(readFileSync(out, "utf8")).toBe(file);
  }
}

test("a short run is written down, from step 0 to the last", async () => {
  const folder = mkdtempSync(join(tmpdir(), "record-"));
  const out = join(folder, "run.json");
  try {
    const { status, stdout } = await call(
      record,
      ...["--steps", "4", "--stops", "3", "--length", "5", "--prompt", "No", "--B", "1"],
      ...["--backend", "wasm", "--val-batches", "2", "--out", out],
    );
    expect(status).toBe(0);
    const recording: Recording = JSON.parse(readFileSync(out, "utf8"));
    const { settings, sampling, stops, losses, targets, baselines } = recording;
    expect(settings).toMatchObject({ preset: "tiny", steps: 4, warmup: 3, B: 1 });
    expect(sampling).toMatchObject({ prompt: "No", length: 5 });
    expect(targets).toBe(128);
    expect(stops.map(({ step }) => step)).toEqual([0, 1, 4]);
    expect(losses.map(([step]) => step)).toEqual([1, 2, 3, 4]);
    // It has hardly learned: one token of 1,024 is as likely as another, and counting is better than that.
    for (const [, loss] of losses) expect(Math.abs(loss - Math.log(1024))).toBeLessThan(0.5);
    for (const loss of baselines) expect(loss).toBeLessThan(6.5);
    const said = Array.from(stdout.matchAll(/val loss ([\d.]+)/g), ([, loss]) => Number(loss));
    expect(stops.map(({ loss }) => loss)).toEqual(said.map((loss) => Number(loss.toFixed(4))));
    expect(recording.computer).toMatch(/^WebAssembly, \d+ threads?, /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what cannot be trained is refused by name, and nothing is written", async () => {
  const { status, stderr } = await call(record, "--preset", "tiny", "--lr", "0");
  expect(status).toBe(2);
  expect(stderr).toContain("npm run record: the learning rate is 0; choose a number from");
});

test("what is compared is added to its file run by run, and not trained a second time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ablate-"));
  const out = join(folder, "runs.json");
  const few = ["--steps", "2", "--val-every", "2", "--val-batches", "1", "--backend", "wasm"];
  try {
    const train = (variant: string, ...more: string[]) =>
      call(ablate, "--variant", variant, "--out", out, ...few, ...more);
    expect((await train("rope")).status).toBe(0);
    expect((await train("gpt2")).stdout).toMatch(/^gpt2, seed 1337: val loss [67]\.\d+/);
    const file = readFileSync(out, "utf8");
    const { runs, targets, settings }: Ablation = JSON.parse(file);
    expect(runs.map(({ variant, seed }) => [variant, seed])).toEqual([
      ["gpt2", 1337],
      ["rope", 1337],
    ]);
    expect([targets, settings.steps]).toEqual([256, 2]);
    for (const { validations, milliseconds } of runs) {
      expect(validations.map(([step]) => step)).toEqual([0, 2]);
      for (const [, loss] of validations) expect(Math.abs(loss - Math.log(1024))).toBeLessThan(0.5);
      expect(milliseconds).toBeGreaterThan(0);
    }
    expect((await train("rope")).stdout).toBe(""); // it is there already
    const other = await train("rope", "--seed", "2", "--steps", "3");
    expect(other.status).toBe(2);
    expect(other.stderr).toContain("was trained with other settings: name another file by --out");
    expect(readFileSync(out, "utf8")).toBe(file);
    await refusesOtherText(out, () => train("rope", "--seed", "2"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a rung of the ladder is trained once, and added to its file", {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "scaling-"));
  const out = join(folder, "scaling.json");
  try {
    const train = () =>
      call(
        scaling,
        ...["--part", "ladder", "--largest", "16", "--most", "128", "--seed", "7"],
        ...["--backend", "wasm", "--threads", "1", "--out", out],
      );
    const { status, stdout } = await train();
    expect(status).toBe(0);
    const file = readFileSync(out, "utf8");
    const { ladder, batches, targets, text }: Scaling = JSON.parse(file);
    expect(ladder).toMatchObject([{ seed: 7, L: 2, C: 16, steps: 128 }]);
    expect(stdout).toBe(`ladder ${JSON.stringify(ladder[0])}\n`);
    expect(ladder[0].loss).toBeLessThan(Math.log(text.V) - 0.5); // it knows by now which characters are frequent
    expect(ladder[0].loss).toBeGreaterThan(2);
    expect([batches, targets]).toEqual([[], 256 * 64]);
    expect((await train()).stdout).toBe(""); // it is there already
    expect(readFileSync(out, "utf8")).toBe(file);
    await refusesOtherText(out, train);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["record", record],
  ["ablate", ablate],
  ["scaling", scaling],
] as const)(
  "%s finds out before it trains that there is no folder for its file",
  async (_, command) => {
    const out = join(tmpdir(), "there-is-no-such-folder", "run.json");
    const { status, stdout, stderr } = await call(command as typeof record, "--out", out);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      `npm run ${command.name}: the folder of ${out} does not exist: make it first\n`,
    );
  },
);
