// Answers that no list of mistakes knows, handed to the graders of the exercises: none that is wrong passes, none that is
// right is refused, and each is told what it must be.

import { describe, expect, test } from "vitest";
import { checks } from "../../src/cells/checks.ts";
import { execute, type Result } from "../../src/cells/execute.ts";
import type { Mutant } from "../../src/cells/mutants.ts";
import type { Outcome, Run } from "../../src/cells/sandbox.ts";
import * as sources from "../../src/cells/sources.ts";
import { type Answer, textOf } from "./answers/answer.ts";
import { checkOf, loadCases } from "./exercises.ts";
import { runInline } from "./inline-run.ts";

const lists = import.meta.glob<{ answers: Record<string, Answer[]> }>("./answers/*-to-*.ts", {
  eager: true,
});
const mutantsOf = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", {
  eager: true,
});
const log: string[] = [];

// The run of all mutants is the same whichever text is checked: once for each exercise is enough.
const mutantRuns = new Map<string, Promise<Outcome>>();
const run: Run = (script, options) => {
  if (!script.files[0].path.endsWith("/mutants-run.ts")) return runInline(script, options);
  const key = script.files[0].path;
  const outcome = mutantRuns.get(key) ?? runInline(script, options);
  mutantRuns.set(key, outcome);
  return outcome;
};

for (const [exercise, answers] of Object.values(lists).flatMap((list) =>
  Object.entries(list.answers),
)) {
  describe(exercise, () => {
    const folder = `lessons/${exercise}`;
    const { mutants } = mutantsOf[`/${folder}/mutants.ts`];
    test.each(answers)("$name", async (answer) => {
      const read = (name: string) => sources.readSource(`${folder}/${name}`);
      const [start, solution] = await Promise.all(["start.ts", "solution.ts"].map(read));
      const result = await execute({
        path: `${folder}/start.ts`,
        source: textOf(answer.name, answer, answer.from === "start" ? start : solution),
        check: checks[checkOf(folder)],
        loadCases,
        loadExercise: async () => ({ folder, start, solution, mutants }),
        loadSolution: async () => ({ path: `${folder}/solution.ts`, source: solution }),
        seeds: [1, 2],
        sources,
        run,
      });
      const { outcome, says } = judge(result, mutants);
      log.push(`${outcome.padEnd(8)} ${exercise}  ${answer.name} [${answer.outcome}]\n    ${says}`);
      if (process.env.ANSWERS) return;
      expect({ says, outcome }).toEqual({ says, outcome: answer.outcome });
      if (answer.says) expect(says).toMatch(answer.says);
      if (answer.never) expect(says).not.toMatch(answer.never);
    });
  });
}

test("the log", async () => {
  if (process.env.ANSWERS)
    (await import("node:fs")).writeFileSync(process.env.ANSWERS, log.join("\n"));
});

/** What kind of thing is told. */
function judge(
  result: Result,
  mutants: readonly Mutant[],
): { outcome: Answer["outcome"]; says: string } {
  if (result.type === "problem") {
    const { message, place } = result;
    return { outcome: place ? "located" : "generic", says: `${place?.line ?? "?"}: ${message}` };
  }
  const verdict = result.type === "ran" ? result.verdict : null;
  if (!verdict) throw new Error(`the answer came to no verdict: ${JSON.stringify(result)}`);
  const { passed, says } = verdict;
  if (passed) return { outcome: "passes", says };
  const named =
    mutants.some((mutant) => says.includes(mutant.says)) ||
    /^Line \d+: |written over what was there|except for the sign|the other way|only read it|\+= adds to nothing|another array/.test(
      says,
    );
  if (named) return { outcome: "named", says };
  const located =
    /[iI]n line|, all of them at|, at |factor|Where |times|plus|minus|wrong order|wrong places|Each row|begin at|too (large|small)|Not all|Nothing was|code you began with|not changed the code/;
  return { outcome: located.test(says) ? "located" : "generic", says };
}
