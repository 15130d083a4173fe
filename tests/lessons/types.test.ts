// What the editor knows of types: TypeScript's language service over the cells as they are.

import { expect, test } from "vitest";
import { readSource, sourcePaths } from "../../src/cells/sources.ts";
import { libraries } from "../../src/language/libraries.ts";
import { LanguageService } from "../../src/language/service.ts";

const service = new LanguageService(libraries);

/** Gives the service a file with all that it imports. */
async function give(path: string, text: string): Promise<void> {
  service.put(path, text);
  for (;;) {
    const missing = service.missing(path, sourcePaths);
    if (missing.length === 0) return;
    for (const file of missing) service.put(file, await readSource(file));
  }
}

const path = "lessons/05-layernorm/cells/own.ts"; // of no file that there is
const imported = `import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";\n`;

test("in no cell, start or solution do types disagree", async () => {
  const all = [...sourcePaths].filter((path) =>
    /^lessons\/.*\/(cells\/[\w-]+|start|solution)\.ts$/.test(path),
  );
  expect(all.length).toBeGreaterThan(150);
  const problems: string[] = [];
  for (const path of all) {
    await give(path, await readSource(path));
    for (const { message } of service.problems(path)) problems.push(`${path}: ${message}`);
  }
  expect(problems).toEqual([]);
});

test("an argument of the wrong type is found where it is, with what TypeScript says of it", async () => {
  const text = `${imported}const out = new Float32Array(4);\nlayernormForward(out, out, out, out, out, out, 1, "2", 2);\n`;
  await give(path, text);
  const [problem, ...others] = service.problems(path);
  expect(others).toEqual([]);
  expect(text.slice(problem.from, problem.to)).toBe('"2"');
  expect(problem.message).toBe(
    "Argument of type 'string' is not assignable to parameter of type 'number'.",
  );
});

test("a missing argument is named, and an import that leads nowhere", async () => {
  await give(path, `${imported}layernormForward(new Float32Array(4));\n`);
  expect(service.problems(path)[0].message).toMatch(/^Expected 9 arguments, but got 1\./);
  await give(path, 'import { x } from "./nowhere.ts";\nconsole.log(x);\n');
  expect(service.problems(path)[0].message).toMatch(/^Cannot find module '.\/nowhere.ts'/);
});

test("of a text that cannot be parsed only that is told", async () => {
  await give(path, 'const a: number = "b";\nconst b = (1;\n');
  expect(service.problems(path).map(({ message }) => message)).toEqual(["')' expected."]);
});

test("a reader's helper may leave its types out; a page's objects are not there", async () => {
  await give(path, "function twice(x) {\n  return 2 * x;\n}\nconsole.log(twice(2));\n");
  expect(service.problems(path)).toEqual([]);
  await give(path, "console.log(document.title);\n");
  expect(service.problems(path).map(({ message }) => message)).toEqual([
    "Cannot find name 'document'.",
  ]);
});

test("what is begun is completed: members after a dot, names of the file before names of everywhere", async () => {
  const text = "const row = new Float32Array(4);\nrow.su";
  await give(path, text);
  const members = service.complete(path, text.length);
  expect(members?.from).toBe(text.length - 2);
  const names = members?.entries.map(({ name }) => name);
  expect(names).toContain("subarray");
  expect(names).not.toContain("push");

  const begun = `${imported}const rowSum = 1;\nconsole.log(ro`;
  await give(path, begun);
  const entries = service.complete(path, begun.length)?.entries ?? [];
  const order = (name: string) => entries.find((entry) => entry.name === name)?.order ?? "";
  expect(order("rowSum") < order("Map")).toBe(true);
  expect(order("layernormForward") < order("Map")).toBe(true);
});

test("an entry is explained by its type and the beginning of its comment", async () => {
  const text = `${imported.replace("Forward", "Backward")}layernormB`; // whose comment goes on for two paragraphs
  await give(path, text);
  const details = service.explain(path, text.length, "layernormBackward");
  expect(details?.type).toMatch(/^function layernormBackward\(dinp: Floats/);
  expect(details?.says.length).toBeGreaterThan(20);
  expect(details?.says).not.toContain("\n\n");
});

test("nothing is offered in a comment", async () => {
  const text = "// the mea";
  await give(path, text);
  expect(service.complete(path, text.length)).toBeNull();
});
