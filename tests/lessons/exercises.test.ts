// The graders of the exercises, graded: every solution passes, every starter fails politely, every mutant is recognised.

import { basename, dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { checks } from "../../src/cells/checks.ts";
import { type Execution, execute, type Result } from "../../src/cells/execute.ts";
import { type Mutant, mutate } from "../../src/cells/mutants.ts";
import { readCases } from "../../src/cells/reference.ts";
import type { Outcome, Run } from "../../src/cells/sandbox.ts";
import * as sources from "../../src/cells/sources.ts";
import { load } from "../reference.ts";
import { runInNode } from "./node-run.ts";

// The run of all mutants is the same whichever text is checked: once for each exercise is enough.
const mutantRuns = new Map<string, Promise<Outcome>>();
const run: Run = (script, options) => {
  if (!script.files[0].path.endsWith("/mutants-run.ts")) return runInNode(script, options);
  const outcome = mutantRuns.get(script.text) ?? runInNode(script, options);
  mutantRuns.set(script.text, outcome);
  return outcome;
};

const files = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", { eager: true });
const pages = import.meta.glob<string>("/lessons/*/index.mdx", {
  query: "?raw",
  import: "default",
  eager: true,
});

test("there are exercises", () => {
  expect(Object.keys(files).length).toBeGreaterThan(0);
});

for (const [file, { mutants }] of Object.entries(files)) {
  const folder = dirname(file).slice(1);
  const check = checks[checkOf(folder)];
  const read = (name: string) => sources.readSource(`${folder}/${name}`);

  const submit = async (source: string): Promise<Result> => {
    const execution: Execution = {
      path: `${folder}/start.ts`,
      source,
      check,
      loadCases: async (reference) => readCases(await load(`reference/${reference}.safetensors`)),
      loadExercise: async () => ({ folder, solution: await read("solution.ts"), mutants }),
      sources,
      run,
    };
    return execute(execution);
  };

  describe(folder, () => {
    test("the solution passes", async () => {
      const result = await submit(await read("solution.ts"));
      expect(result).toMatchObject({ type: "ran", verdict: { passed: true } });
    });

    test("the starter runs, fails, and is told why", async () => {
      const result = await submit(await read("start.ts"));
      expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
      expect(saysOf(result)).toMatch(/^\w.{20,}\.$/);
    });

    test("no two mutants are told the same", () => {
      const says = mutants.map((mutant) => mutant.says);
      expect(new Set(says).size).toBe(says.length);
      expect(new Set(mutants.map((mutant) => mutant.name)).size).toBe(mutants.length);
    });

    test.each(mutants)("the mutant is recognised: $name", async (mutant) => {
      const result = await submit(mutate(await read("solution.ts"), mutant));
      expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
      expect(saysOf(result)).toBe(mutant.says);
    });
  });
}

function saysOf(result: Result): string {
  return (result.type === "ran" && result.verdict?.says) || "";
}

/** The check that the lesson's page names for an exercise. */
function checkOf(folder: string): string {
  const page = pages[`/${dirname(folder)}/index.mdx`] ?? "";
  const tag = [...page.matchAll(/<Exercise\b[^>]*>/g)].find(([text]) =>
    text.includes(`id="${basename(folder)}"`),
  );
  const check = /\bcheck="(\w+)"/.exec(tag?.[0] ?? "")?.[1];
  if (!check) throw new Error(`no <Exercise id="${basename(folder)}" check="..."> for ${folder}`);
  return check;
}
