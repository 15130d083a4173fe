// The code of one stage of an exercise, brought into the next.

import { expect, test } from "vitest";
import { type Bring, bringIn } from "../../src/cells/bring.ts";
import { checks } from "../../src/cells/checks.ts";
import { execute } from "../../src/cells/execute.ts";
import * as sources from "../../src/cells/sources.ts";
import { foldersIn, loadCases } from "./exercises.ts";
import { runInline } from "./inline-run.ts";

const brings = import.meta.glob<Bring>("/lessons/*/*/bring.ts", { eager: true, import: "bring" });
const folder = "lessons/07-attention/backward";
const bring = brings[`/${folder}/bring.ts`];
const first = await sources.readSource("lessons/07-attention/weights/solution.ts");
const start = await sources.readSource(`${folder}/start.ts`);

/** The rest of the second stage filled in. */
const fill = (text: string) =>
  text
    .replace("dinp[v + i] += 0;", "dinp[v + i] += att[row + t2] * dout[o + i];")
    .replace(
      "dinp[q + i] += 0;",
      "dinp[q + i] += (dpreatt[row + t2] / Math.sqrt(hs)) * inp[k + i];",
    )
    .replace(
      "dinp[k + i] += 0;",
      "dinp[k + i] += (dpreatt[row + t2] / Math.sqrt(hs)) * inp[q + i];",
    );

const passes = async (source: string): Promise<boolean> => {
  const result = await execute({
    path: `${folder}/start.ts`,
    source,
    check: checks.attentionBackward,
    loadCases,
    sources,
    run: runInline,
  });
  if (result.type !== "ran") throw new Error(JSON.stringify(result));
  return result.verdict?.passed === true;
};

test("what is taken over is named as the exercises have it", async () => {
  for (const [path, bring] of Object.entries(brings)) {
    const later = path.slice(1, -"/bring.ts".length);
    const earlier = `${later.slice(0, later.lastIndexOf("/"))}/${bring.from}`;
    expect(foldersIn("ts")).toEqual(expect.arrayContaining([later, earlier]));
    expect(await sources.readSource(`${later}/start.ts`)).toContain(
      `${bring.below}\n${bring.instead}\n`,
    );
    const solution = await sources.readSource(`${earlier}/solution.ts`);
    const [before, after] = [
      await sources.readSource(`${earlier}/start.ts`),
      await sources.readSource(`${later}/start.ts`),
    ];
    expect(before).toContain(bring.after);
    expect(before).toContain(`function ${bring.kernel}(`);
    expect(bringIn(after, solution, bring)?.says).toMatch(/ is in lines \d+ to \d+\.$/);
  }
});

test("the lines of the first stage take their place in the second, and the check passes with the rest filled in", async () => {
  const brought = bringIn(start, first, bring);
  expect(brought?.says).toBe("Your code from the first stage is in lines 35 to 41.");
  expect(brought?.line).toBe(35);
  const lines = brought?.text.split("\n") ?? [];
  expect(lines.slice(33, 42)).toEqual([
    "        // att[t] = softmax(preatt[t])",
    "        let dattMean = 0; // of the row's datt, weighted by att",
    "        for (let t2 = 0; t2 <= t; t2++) {",
    "          dattMean += att[row + t2] * datt[row + t2];",
    "        }",
    "        for (let t2 = 0; t2 <= t; t2++) {",
    "          dpreatt[row + t2] += att[row + t2] * (datt[row + t2] - dattMean);",
    "        }",
    "",
  ]);
  expect(await passes(fill(start))).toBe(false);
  expect(await passes(fill(brought?.text ?? ""))).toBe(true);
});

test("a name that the second stage does not have is declared there", async () => {
  const own = first.replaceAll("datt[row + t2]", "datt[(bh * T + t) * T + t2]");
  const brought = bringIn(start, own, bring);
  expect(brought?.text).toContain("const bh = b * NH + h;\n        let dattMean = 0;");
  expect(await passes(fill(brought?.text ?? ""))).toBe(true);
});

test("what the reader has written there already stays", () => {
  const line = "          dpreatt[row + t2] += att[row + t2] * datt[row + t2];";
  const begun = start.replace(/^.*TODO: as in the first stage$/m, line);
  const brought = bringIn(begun, first, bring);
  expect(brought?.says).toMatch(/What you had written there is below them\.$/);
  const put = brought?.text.split("\n") ?? [];
  expect([...put.slice(0, 34), ...put.slice(41)].join("\n")).toBe(begun);
});

test("brought twice, it is there once", () => {
  const once = bringIn(start, first, bring)?.text ?? "";
  expect(bringIn(once, first, bring)).toBe(null);
});

test.each([
  [
    "needs a function of its own",
    `${first.replace("att[row + t2] * (datt[row + t2] - dattMean)", "times(att[row + t2], datt[row + t2] - dattMean)")}
function times(a: number, b: number): number {
  return a * b;
}
`,
  ],
  [
    "keeps something outside of the loop",
    first
      .replace("const row =", "const mean = new Float64Array(1);\n      const row =")
      .replaceAll("dattMean", "mean[0]")
      .replace("let mean[0] = 0;", ""),
  ],
  ["goes another way", first.replaceAll("row", "begin")],
])("code that %s comes whole, below, and can be called", async (_, own) => {
  expect(own).not.toBe(first);
  const brought = bringIn(start, own, bring);
  expect(brought?.says).toMatch(/^All of your code from the first stage is below, from line 52 on/);
  expect(brought?.text.startsWith(start.trimEnd())).toBe(true);
  expect(brought?.text.split("\n")[51]).toMatch(/^\/\*\* Adds the gradient of the scores/);
  expect(brought?.text.match(/^export function/gm)).toHaveLength(1);
  expect(bringIn(brought?.text ?? "", own, bring)).toBe(null);
  expect(await passes(fill(brought?.text ?? ""))).toBe(false); // it runs, and the line is still to be written
});

test("the line where they belong taken out, the code comes whole", () => {
  const without = start.replace("        // att[t] = softmax(preatt[t])\n", "");
  expect(bringIn(without, first, bring)?.says).toMatch(/^All of your code/);
});
