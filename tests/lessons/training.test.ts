// Facts that the lesson about training states in its prose and that nothing in its page prints.

import { readFile } from "node:fs/promises";
import { createValidationLoader } from "@llm.ts/kernels/formats/loader.ts";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { countParameters } from "@llm.ts/kernels/gpt2/parameters.ts";
import { expect, test } from "vitest";
import { lossOfCounts } from "../../src/training/counts.ts";
import type { Recording } from "../../src/training/recording.ts";
import { defaults } from "../../src/training/settings.ts";
import { decodeTokens, narrowTokens } from "../../src/training/vocabulary.ts";
import { load } from "../reference.ts";

const page = await readFile(
  new URL("../../lessons/19-training/index.mdx", import.meta.url),
  "utf8",
);
const MiB = 2 ** 20;
const { V, maxT } = presets.tiny;
const tiny = defaults.tiny;

test("counts of pairs and triples lean on shorter contexts where they are rare", () => {
  // Read: 0 1 0 1 0. Guessed: the 1 after a 0, of V = 2. Single tokens: (2 + 20 / 2) / (5 + 20).
  const read = [0, 1, 0, 1, 0];
  const single = (2 + 20 / 2) / (5 + 20);
  expect(lossOfCounts(read, [0, 1], 1, 0, 2)).toBeCloseTo(-Math.log(single), 12);
  // A 0 was seen three times, and twice a 1 came after it.
  const pair = (2 + 20 * single) / (3 + 20);
  expect(lossOfCounts(read, [0, 1], 1, 1, 2)).toBeCloseTo(-Math.log(pair), 12);
  // The first target has one token before it only; the second, the 0 after 0 1, has two.
  const one = (3 + 20 / 2) / (5 + 20);
  const afterOne = (2 + 20 * one) / (2 + 20);
  const afterBoth = (2 + 20 * afterOne) / (2 + 20);
  const mean = -(Math.log(pair) + Math.log(afterBoth)) / 2;
  expect(lossOfCounts(read, [0, 1, 0], 2, 2, 2)).toBeCloseTo(mean, 12);
});

test("the table of counts, the most frequent tokens and the validation text are those of Tiny Shakespeare", async () => {
  const source = JSON.parse(Buffer.from(await load("data/source.json")).toString());
  const [train, validation] = await Promise.all(
    ["train", "val"].map(async (part) =>
      narrowTokens(readTokens(await load(`data/tiny_shakespeare_${part}.bin`)), V),
    ),
  );
  const { windows } = createValidationLoader(validation, 1, tiny.T);
  const targets = { first: tiny.validationBatches * tiny.B * tiny.T, all: windows * tiny.T };
  const loss = (order: number, targets: number) =>
    lossOfCounts(train, validation, targets, order, V).toFixed(2);
  const measured = {
    tokens: [train.length, targets.first, targets.all],
    counts: [0, 1, 2].map((order) => [loss(order, targets.first), loss(order, targets.all)]),
    ranks: rank(train),
  };
  expect(targets.first).toBe(8192);
  for (const row of measured.counts) expect(Number(row[0])).toBeLessThan(Math.log(V));
  const stated = {
    tokens: [474_289, 8192, 49_600],
    counts: [
      ["5.71", "5.63"],
      ["3.92", "3.82"],
      ["3.51", "3.42"],
    ],
    ranks: { first: ["4.8", "3.8", "1.9"], places: [0, 1, 2], e: 16, space: 1200 },
  };
  // Of another text, where this one could not be fetched, the page does not speak: what holds of any is that counts help.
  if (source.title === "Tiny Shakespeare") expect(measured).toEqual(stated);
  for (const [k, name] of ["single tokens", "pairs", "triples"].entries()) {
    expect(page).toContain(`| counts of ${name} | ${stated.counts[k].join(" | ")} |`);
  }
});

test("what the lesson says of a run of tiny is what the recorded run came to", async () => {
  const file = new URL("../../src/recorded/tiny.json", import.meta.url);
  const { settings, stops, baselines }: Recording = JSON.parse(await readFile(file, "utf8"));
  expect(settings).toMatchObject({ seed: tiny.seed, steps: tiny.steps, B: tiny.B, T: tiny.T });
  const [first, last] = [stops[0].loss, stops[stops.length - 1].loss];
  expect(page).toContain(
    `\`tiny\` with the seed ${settings.seed} begins at a validation loss of ${first.toFixed(2)}`,
  );
  expect(page).toMatch(new RegExp(`^\\| 0 \\| ${first.toFixed(2)} \\|`, "m"));
  expect(page).toMatch(new RegExp(`^\\| 8,000 \\| ${last.toFixed(2)} \\|`, "m"));
  expect(page).toContain(`| \`tiny\`, 8,000 steps | ${last.toFixed(2)} |`);
  expect(page).toContain(`the model is ${(baselines[2] - last).toFixed(2)} nats ahead of`);
  // Losses of the table, against those of the stops around them.
  const rows = Array.from(page.matchAll(/^\| ([\d,]+) \| (\d\.\d\d) \|/gm), ([, step, loss]) => [
    Number(step.replace(",", "")),
    Number(loss),
  ]);
  expect(rows.map(([step]) => step)).toEqual([0, 200, 800, 2000, 4000, 8000]);
  for (const [step, loss] of rows) {
    const before = stops.findLast((stop) => stop.step <= step);
    const after = stops.find((stop) => stop.step >= step);
    expect(loss, `step ${step}`).toBeLessThan((before?.loss ?? 0) + 0.03);
    expect(loss, `step ${step}`).toBeGreaterThan((after?.loss ?? 0) - 0.03);
  }
});

test("what the lesson says of a run of medium is what the recorded run came to", async () => {
  const recordedAt = (name: string) => new URL(`../../src/recorded/${name}.json`, import.meta.url);
  const read = async (name: string): Promise<Recording> =>
    JSON.parse(await readFile(recordedAt(name), "utf8"));
  const [medium, small] = [await read("medium"), await read("tiny")];
  const { settings, stops, baselines, text } = medium;
  const { steps, B, T = 0, learningRate } = settings;
  expect([steps, B * T, learningRate]).toEqual([4000, 512, 1e-3]);
  expect(page).toContain("In 4,000 steps of 512 tokens, with a learning rate of 1e-3");
  expect(steps * B * T).toBe(small.settings.steps * small.settings.B * (small.settings.T ?? 0));
  expect(Math.round((steps * B * T) / text.train)).toBe(4);
  const last = stops[stops.length - 1].loss;
  expect(page).toContain(`and came to ${last.toFixed(2)}: ahead of the triples, and no better`);
  expect(last).toBeLessThan(baselines[2]);
  expect(last).toBeGreaterThan(small.stops[small.stops.length - 1].loss);
  const ratio = countParameters(presets.medium) / countParameters(presets.tiny);
  expect(Math.round(ratio)).toBe(12);
});

/** Shares of the line end, the comma and the colon, in percent; the rank of "e"; one token in how many is a space. */
function rank(tokens: ArrayLike<number>) {
  const counts = new Array<number>(V).fill(0);
  for (let i = 0; i < tokens.length; i++) counts[tokens[i]]++;
  const of = (text: string) => counts[counts.findIndex((_, id) => decodeTokens([id], V) === text)];
  const larger = (count: number) => counts.filter((other) => other > count).length;
  return {
    first: ["\n", ",", ":"].map((text) => ((100 * of(text)) / tokens.length).toFixed(1)),
    places: ["\n", ",", ":"].map((text) => larger(of(text))), // how many tokens are more frequent
    e: 1 + larger(of("e")),
    space: Math.round(tokens.length / of(" ") / 100) * 100,
  };
}

test("tiny has 932,608 parameters, and the first 2,000 steps of 256 tokens read the plays hardly more than once", () => {
  expect(countParameters(presets.tiny)).toBe(932_608);
  expect([tiny.steps, tiny.B * tiny.T, maxT]).toEqual([8000, 256, 64]);
  expect((2000 * 256) / 474_289).toBeLessThan(1.1);
  for (const name of ["tiny", "small", "medium"] as const) {
    const { validationBatches, B, T } = defaults[name];
    expect(validationBatches * B * T).toBe(8192);
  }
  expect(countParameters(presets.small) / countParameters(presets.tiny)).toBeCloseTo(3, 0);
});

test("a loss is as good as a guess among so many", () => {
  for (const [, loss, among] of page.matchAll(/^\| [\d,]+ \| ([\d.]+) \| ([\d,]+) \|/gm)) {
    // The losses are rounded to two digits, the numbers to whole ones.
    const number = Number(among.replace(",", ""));
    const half = 0.005 + 0.5 / number;
    expect(Math.abs(Math.log(number) - Number(loss)), loss).toBeLessThan(half);
  }
  expect([6.93, 4, 3].map((loss) => Math.round(Math.exp(loss)))).toEqual([1022, 55, 20]);
  expect(Math.log(1024).toFixed(2)).toBe("6.93");
  expect(Math.log(50_257).toFixed(2)).toBe("10.82");
});

test("GPT-2's parameters, gradients, m and v take 1,899 MiB; a step on 64 tokens 4.8e10 operations", () => {
  const parameters = countParameters(presets["gpt2-124M"]);
  expect(Math.round((16 * parameters) / MiB)).toBe(1899);
  expect(6 * parameters * 64).toBeCloseTo(4.8e10, -9);
});

test("Hugging Face's 548 MB are 498 of parameters and 50 of masks", () => {
  const { V, Vp, C, L, maxT } = presets["gpt2-124M"];
  const parameters = 4 * (countParameters(presets["gpt2-124M"]) - (Vp - V) * C);
  const masks = L * maxT * maxT * 4;
  expect([parameters, masks, parameters + masks].map((bytes) => Math.round(bytes / 1e6))).toEqual([
    498, 50, 548,
  ]);
});
