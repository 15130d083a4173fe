// "Your own GPT-2": the solutions of the exercises train as the site's own functions do, and a mistake shows in the losses.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { describe, expect, test } from "vitest";
import { checks } from "../../src/cells/checks.ts";
import { exerciseFolder } from "../../src/cells/lesson.ts";
import { type Mutant, mutate } from "../../src/cells/mutants.ts";
import * as sources from "../../src/cells/sources.ts";
import { exercises } from "../../src/exercises.ts";
import { keyOf, ownFunctions } from "../../src/own/functions.ts";
import { compareLosses, tolerance, trainOne } from "../../src/own/run.ts";
import type { Written } from "../../src/own/written.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { load } from "../reference.ts";
import { runInNode } from "./node-run.ts";

const steps = 3; // enough for a mistake to change the losses by many times the tolerance
const tokens = Int32Array.from(
  narrowTokens(readTokens(await load("data/tiny_shakespeare_val.bin")), presets.tiny.V),
);
const solutions: Written[] = await Promise.all(
  ownFunctions.map(async (of) => ({
    of,
    text: await sources.readSource(`${exerciseFolder(of.lesson, of.exercise)}/solution.ts`),
  })),
);

async function lossesOf(functions: readonly Written[]): Promise<number[]> {
  const losses: number[] = [];
  await trainOne(functions, { steps, length: 2 }, tokens, runInNode, undefined, (_, loss) =>
    losses.push(loss),
  );
  return losses;
}

const ours = lossesOf([]);

test("every function is a kernel that is checked, and an exercise of its lesson", () => {
  for (const one of ownFunctions) {
    expect(checks[one.kernel]?.function).toBe(one.kernel);
    expect(exercises.map(({ key }) => key)).toContain(keyOf(one));
  }
});

test("the solutions of all exercises together train with the site's losses", async () => {
  const yours = await lossesOf(solutions);
  expect(yours).toHaveLength(steps);
  expect(yours[0]).toBeCloseTo(Math.log(1024), 0);
  expect(yours.at(-1)).toBeLessThan(yours[0] - 0.1); // it learns
  const { agrees, largest } = compareLosses(yours, await ours);
  expect(largest).toBeLessThan(tolerance / 10);
  expect(agrees).toBe(true);
});

describe("a mistake in one function shows in the losses", () => {
  const mutantsOf = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", {
    eager: true,
  });
  // Not every mistake does: while all of LayerNorm's weights are still 1, one that forgets them changes nothing.
  test.each([
    ["layernormBackward", "the first row each time"],
    ["adamwUpdate", "no bias correction"],
    ["crossentropySoftmaxBackward", "the minus one forgotten"],
  ])("of %s: %s", async (kernel, name) => {
    const own = solutions.filter(({ of }) => of.kernel === kernel);
    const { mutants } =
      mutantsOf[`/${exerciseFolder(own[0].of.lesson, own[0].of.exercise)}/mutants.ts`];
    const mutant = mutants.find((one) => one.name === name) as Mutant;
    const mistaken = own.map((one) => ({ ...one, text: mutate(one.text, mutant) }));
    expect(compareLosses(await lossesOf(mistaken), await ours).agrees).toBe(false);
  });
});

test("the step of the largest difference is named", () => {
  expect(compareLosses([7, 6, 5], [7, 6.5, 5.1])).toEqual({ agrees: false, largest: 0.5, step: 2 });
  expect(compareLosses([7, 6], [7, 6])).toEqual({ agrees: true, largest: 0, step: 1 });
});

test("a function that throws is told as a sentence", async () => {
  const broken = [
    { of: ownFunctions[1], text: "export function layernormBackward() { throw new Error('no'); }" },
  ];
  await expect(lossesOf(broken)).rejects.toThrow("A function threw while it trained: Error: no.");
});
