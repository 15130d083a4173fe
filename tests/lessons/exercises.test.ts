// The graders of the exercises, graded: every solution passes, every starter fails politely, every mutant is recognised.

import { describe, expect, test } from "vitest";
import { checks } from "../../src/cells/checks.ts";
import { type Execution, execute, type Result } from "../../src/cells/execute.ts";
import { type Mutant, mutate } from "../../src/cells/mutants.ts";
import type { Outcome, Run } from "../../src/cells/sandbox.ts";
import * as sources from "../../src/cells/sources.ts";
import { checkOf, foldersIn, loadCases } from "./exercises.ts";
import { runInline } from "./inline-run.ts";

// The run of all mutants is the same whichever text is checked: once for each exercise is enough.
const mutantRuns = new Map<string, Promise<Outcome>>();
const run: Run = (script, options) => {
  if (!script.files[0].path.endsWith("/mutants-run.ts")) return runInline(script, options);
  const outcome = mutantRuns.get(script.text) ?? runInline(script, options);
  mutantRuns.set(script.text, outcome);
  return outcome;
};

const files = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", { eager: true });

test("there are exercises", () => {
  expect(Object.keys(files).length).toBeGreaterThan(0);
});

/** An exercise by its folder, and how a text is handed in. */
function exerciseIn(folder: string) {
  const { mutants } = files[`/${folder}/mutants.ts`];
  const check = checks[checkOf(folder)];
  const read = (name: string) => sources.readSource(`${folder}/${name}`);
  const submit = async (source: string): Promise<Result> => {
    const execution: Execution = {
      path: `${folder}/start.ts`,
      source,
      check,
      loadCases,
      loadExercise: async () => ({
        folder,
        start: await read("start.ts"),
        solution: await read("solution.ts"),
        mutants,
      }),
      sources,
      run,
    };
    return execute(execution);
  };
  return { mutants, read, submit };
}

for (const folder of foldersIn("ts")) {
  const { mutants, read, submit } = exerciseIn(folder);

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

test("in attention, mistakes in the gradients of q, k and v are each told, and what is right is not", async () => {
  const { mutants, read, submit } = exerciseIn("lessons/07-attention/backward");
  const named = (name: string) => mutants.find((one) => one.name === name) as Mutant;
  const [keys, values] = ["the scale for the queries alone", "dv without att"].map(named);
  const both = mutate(mutate(await read("solution.ts"), keys), values);
  const known = await submit(both);
  expect(saysOf(known)).toContain(keys.says);
  expect(saysOf(known)).toContain(values.says);
  expect(saysOf(known)).not.toContain("dinp of q");

  // And beside a mistake that nobody has written down.
  const unknown = await submit(
    both.replace("dinp[q + i] += dscore", "dinp[q + i] += (1 + i) * dscore"),
  );
  expect(saysOf(unknown)).toContain(keys.says);
  expect(saysOf(unknown)).toContain(values.says);
  expect(saysOf(unknown)).toMatch(/dinp of q is wrong in \d+ of \d+ numbers/);
});

describe("two mistakes in one tensor", () => {
  const { mutants, read, submit } = exerciseIn("lessons/05-layernorm/backward");
  const edited = async (find: string, replace: string) =>
    saysOf(await submit((await read("solution.ts")).replace(find, replace)));
  const dinp = "r * (dnorm - dnormMean - norm * dnormNormMean)";

  test.each([
    ["whose effects add", dinp, "r * (dnorm + norm * dnormNormMean)"],
    [
      "of which one multiplies what the other leaves",
      dinp,
      "dnorm - dnormMean + norm * dnormNormMean",
    ],
    ["of which one is = in a sum", "dweight[i] += dout[row + i]", "dweight[i] = dnorm"],
  ])("are both told, %s", async (_, find, replace) => {
    const says = await edited(find, replace);
    expect(says).toMatch(/^Two mistakes together give exactly these numbers\. One: .* The other: /);
    expect(mutants.filter((mutant) => says.includes(mutant.says))).toHaveLength(2);
  });

  test("are not told where a third is in the same tensor", async () => {
    const says = await edited(dinp, "(1 + i) * (dnorm + norm * dnormNormMean)");
    expect(says).not.toMatch(/Two mistakes/);
    expect(says).toMatch(/^dinp is wrong/);
  });

  test("are not told where the text shows that one was not made", async () => {
    const stack = exerciseIn("lessons/09-residual/mend");
    const text = (await stack.read("solution.ts")).replace(
      "geluBackward(dmid, dbranch, mid, N)",
      "geluBackward(dinp, dbranch, mid, N)",
    );
    expect(saysOf(await stack.submit(text))).not.toMatch(/Two mistakes/);
  });
});
