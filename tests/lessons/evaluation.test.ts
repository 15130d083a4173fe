// What the lesson about evaluation says: its tables are what was recorded, its figures come from there, and the functions of
// the commands agree with PyTorch's numbers.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { byMean, bySum } from "../../lessons/22-evaluation/cells/choices.ts";
import { losses } from "../../lessons/22-evaluation/cells/losses.ts";
import { scored } from "../../lessons/22-evaluation/cells/scored.ts";
import { independent, measured, targets } from "../../lessons/22-evaluation/cells/spread.ts";
import { cuts, held, places, strides, text } from "../../lessons/22-evaluation/recorded.ts";
import { sketch } from "../../lessons/22-evaluation/sketch.ts";
import { execute } from "../../src/cells/execute.ts";
import * as sources from "../../src/cells/sources.ts";
import { readChoices } from "../../src/commands/choices.ts";
import { ordinal } from "../../src/page/numbers.ts";
import {
  bitsPerByte,
  meanOf,
  shareError,
  spread,
  windowsOf,
} from "../../src/training/evaluation.ts";
import { loadReference } from "../reference.ts";
import { loadCases } from "./exercises.ts";
import { runInNode } from "./node-run.ts";
import { english, textOf } from "./text.ts";

const page = await textOf("22-evaluation");
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const bytes = 111_038; // of the held-out text

test("the table of three vocabularies is what was recorded, bits and their errors included", () => {
  for (const { targets, nats, error } of held) {
    const scale = targets / bytes / Math.LN2;
    const cells = [
      english(targets),
      nats.toFixed(3),
      Math.exp(nats).toFixed(1),
      `${(nats * scale).toFixed(3)} ± ${(error * scale).toFixed(3)}`,
    ];
    expect(page).toContain(`| ${cells.join(" | ")} |`);
  }
  const [characters, pairs, gpt2] = held;
  const bits = ({ nats, targets }: (typeof held)[number]) => (nats * targets) / bytes / Math.LN2;
  const apart = [pairs.nats - gpt2.nats, bits(pairs) - bits(gpt2)].map((x) => x.toFixed(2));
  expect(page).toContain(`the losses differ by ${apart[0]} and the bits by ${apart[1]}.`);
  expect(Math.max(...held.map(bits))).toBe(bits(characters));
  const [steps, B, T] = [1200, 8, 64]; // of the command in recorded.ts
  expect(page).toContain(`trained for ${english(steps)} steps each`);
  expect(page).toContain(`each read ${english(steps * B * T)} tokens`);
});

test("every cut spells the line, and the sketch says its bits per byte", () => {
  for (const [cut, { tokens, losses, name }] of cuts.entries()) {
    expect(tokens.join("")).toBe(text);
    expect(losses).toHaveLength(tokens.length);
    const perByte = sum(losses) / Math.log(2) / text.length;
    expect(sketch.says({ cut })).toContain(`${perByte.toFixed(2)} bits per byte`);
    expect(sketch.says({ cut })).toContain(name);
    expect(sketch.marks({ cut })).toContain(`>${perByte.toFixed(2)}<`);
  }
});

test("places and strides are as recorded", () => {
  for (const { from, to, nats, error } of places) {
    const name = to - from === 1 ? ordinal(to) : `${ordinal(from + 1)} to ${ordinal(to)}`;
    expect(page).toContain(`| ${name} | ${nats.toFixed(3)} ± ${error.toFixed(3)} |`);
  }
  const [first, last] = [places[0], places[3]].map(({ nats }) => nats.toFixed(2));
  expect(page).toContain(`costs ${first} nats, and those from the 17th on ${last}`);
  for (const { stride, bitsPerByte } of strides) {
    const passes = Number((64 / stride).toFixed(2)); // forward passes for a token
    expect(page).toContain(`| ${stride} | ${passes} | ${bitsPerByte.toFixed(3)} |`);
  }
});

test("8,192 targets: their deviation, both errors, and how many targets an error of 0.01 takes", () => {
  expect(losses).toHaveLength(8192);
  const { deviation } = spread(losses);
  expect(deviation.toFixed(2)).toBe("2.43");
  expect(page).toContain(`takes ${english(Math.ceil((deviation / 0.01) ** 2))} targets`);
  const all = meanOf(losses, 256);
  expect([all.error.toFixed(3), all.independent.toFixed(3)]).toEqual(["0.037", "0.027"]);
  expect(page).toContain("±0.037, and not to ±0.027");
  const at = targets.indexOf(256);
  expect(measured[at] / Math.sqrt(32)).toBeCloseTo(all.error, 12);
  expect(independent[at]).toBeCloseTo(deviation / 16, 12);
  expect(measured[at] / independent[at]).toBeGreaterThan(1.3);
});

test("by sum 8 of 24 are right, by mean 19, and the errors are binomial", () => {
  const right = (chosen: readonly number[]) =>
    chosen.filter((choice, i) => choice === scored[i].label).length;
  expect([right(bySum), right(byMean)]).toEqual([8, 19]);
  expect(page).toContain("it has 19 of 24");
  expect([shareError(8, 24).toFixed(2), shareError(19, 24).toFixed(2)]).toEqual(["0.10", "0.08"]);
  // Every possible outcome of 24 answers, with its probability.
  const p = 19 / 24;
  let [ways, mean, square] = [1, 0, 0];
  for (let k = 0; k <= 24; k++) {
    const probability = ways * p ** k * (1 - p) ** (24 - k);
    mean += (probability * k) / 24;
    square += probability * (k / 24) ** 2;
    ways = (ways * (24 - k)) / (k + 1);
  }
  expect(shareError(19, 24)).toBeCloseTo(Math.sqrt(square - mean ** 2), 10);
  const needed = english(Math.round((0.5 * 0.5) / 0.01 ** 2)); // twice the error is the 0.02 from 50 to 52 %
  expect(page).toContain(`at twice the error, it takes ${needed} questions`);
});

test("the file of choices has 24, each number right six times, and those that were scored", () => {
  const choices = readChoices(readFileSync("lessons/22-evaluation/choices.jsonl", "utf8"));
  expect(choices).toHaveLength(24);
  for (const label of [0, 1, 2, 3]) {
    expect(choices.filter((choice) => choice.label === label)).toHaveLength(6);
  }
  expect(choices.map(({ label }) => label)).toEqual(scored.map(({ label }) => label));
  for (const { endings } of choices) expect(endings).toHaveLength(4);
});

describe("windowsOf", () => {
  test.each([
    [10, 4, 4],
    [10, 4, 1],
    [11, 4, 3],
    [3, 8, 8],
    [8, 8, 2],
    [9, 8, 2],
  ])("%i targets, T = %i, stride %i: each counts once, from T - stride on", (N, T, stride) => {
    const windows = windowsOf(N, T, stride);
    const counted = windows.flatMap(({ start, from, to }) =>
      Array.from({ length: to - from }, (_, k) => start + from + k),
    );
    expect(counted).toEqual(Array.from({ length: N }, (_, i) => i));
    for (const [i, { start, from, to }] of windows.entries()) {
      expect(start).toBe(i * stride);
      expect(from).toBe(i === 0 ? 0 : T - stride);
      expect(to).toBeLessThanOrEqual(T);
    }
  });
  test("a stride that leaves targets out is refused", () => {
    expect(() => windowsOf(10, 4, 5)).toThrow("stride is 5, expected an integer from 1 to T = 4");
    expect(() => windowsOf(10, 4, 0)).toThrow("stride is 0");
  });
});

test("bits per byte are PyTorch's", async () => {
  for (const { floats, ints } of await loadReference("bits-per-byte")) {
    const spelled = String.fromCodePoint(...ints("characters"));
    const size = new TextEncoder().encode(spelled).length;
    expect(bitsPerByte(floats("losses"), size)).toBeCloseTo(floats("bits")[0], 5);
  }
});

test("means of unequal blocks and of too few", () => {
  expect(meanOf([1, 2, 3], 2).error).toBeNaN();
  const { mean, error, independent } = meanOf([1, 1, 3, 3], 2);
  expect(mean).toBe(2);
  expect(error).toBeCloseTo(1, 12); // blocks 1 and 3: deviation sqrt(2), over sqrt(2)
  expect(independent).toBeCloseTo(Math.sqrt(4 / 3) / 2, 12);
});

describe("the cell about neighbouring targets, with fewer losses", () => {
  const path = "lessons/22-evaluation/cells/spread.ts";
  const printed = async (count: number) => {
    const source = (await sources.readSource(path)).replace(
      "const losses = recorded;",
      `const losses = recorded.slice(0, ${count});`,
    );
    const lines: string[] = [];
    const onLine = (_: unknown, text: string) => lines.push(text);
    const result = await execute({ path, source, loadCases, sources, run: runInNode, onLine });
    return { result, text: lines.join("\n") };
  };

  test.each([8192, 4096, 512])("of %d prints an error from blocks", async (count) => {
    const { text } = await printed(count);
    expect(text).toMatch(/standard error of the whole: 0\.\d{4} from blocks of 256,/);
    expect(text).not.toContain("NaN");
  });

  test.each([511, 300, 4])("of %d says why there is none", async (count) => {
    const { text, result } = await printed(count);
    expect(text).toContain(
      `Two blocks of 256 take 512 targets: with ${count} the standard error is`,
    );
    expect(text).not.toMatch(/NaN|undefined/);
    expect(result.type === "ran" && result.values.targets).toHaveLength(count === 4 ? 2 : 8);
  });

  test.each([3, 0])("of %d is refused with a sentence", async (count) => {
    const { result } = await printed(count);
    expect(result).toMatchObject({
      type: "problem",
      message: expect.stringContaining(`There are ${count} losses, and two blocks of two take 4`),
    });
  });
});
