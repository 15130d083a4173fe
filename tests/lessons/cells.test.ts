// Cells without a page: compiling, running, errors at the reader's line, and what may come back from a run.

import { describe, expect, test } from "vitest";
import type { Check } from "../../src/cells/check.ts";
import { checks } from "../../src/cells/checks.ts";
import { type Execution, execute } from "../../src/cells/execute.ts";
import { readFrameMessage, readMessage } from "../../src/cells/messages.ts";
import { mutate } from "../../src/cells/mutants.ts";
import { cutRegion, findRegion, replaceRegion } from "../../src/cells/region.ts";
import * as sources from "../../src/cells/sources.ts";
import { loadCases } from "./exercises.ts";
import { runInline } from "./inline-run.ts";
import { runInNode } from "./node-run.ts";

const path = "lessons/05-layernorm/cells/test.ts";

async function run(source: string, more: Partial<Execution> = {}) {
  const lines: string[] = [];
  const result = await execute({
    path,
    source,
    loadCases,
    sources,
    run: runInNode,
    onLine: (_, text) => lines.push(text),
    ...more,
  });
  return { result, lines };
}

describe("a cell", () => {
  test("runs TypeScript that imports kernels, and gives back what it exports", async () => {
    const { result, lines } = await run(`
import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
import { geluForward } from "../../../kernels/gelu/gelu.ts";
import type { Floats } from "@llm.ts/kernels/runtime/check.ts";
export const out: Floats = new Float32Array(2);
residualForward(out, Float32Array.of(1, 2), Float32Array.of(3, 4), 2);
export const list = [1, { a: "b" }];
export function notSent(): void { geluForward(out, out, 2); }
console.log("out is", out, [1, [2]], { a: null });
`);
    expect(result).toMatchObject({
      type: "ran",
      values: { out: Float32Array.of(4, 6), list: [1, { a: "b" }] },
    });
    expect(Object.keys((result as { values: object }).values)).toEqual(["out", "list"]);
    expect(lines).toEqual(["out is Float32Array(2) [4, 6] [1, [2]] { a: null }"]);
  });

  test("prints no negative zero, and keeps the width of a column", async () => {
    const { lines } = await run(`
const x = -0.0001;
console.log(x.toFixed(3), (-x).toFixed(3), (-0.25).toFixed(2), -0);
console.log([x, 1, x].map((y) => y.toFixed(3).padStart(8)).join(""));
console.log(\`(\${x.toFixed(1)}, \${x.toFixed(0)}) \${x.toFixed(2)}; a-0 1e-0 -0.05 -0x\`);
console.log([x.toFixed(1), x.toFixed(1)].join("\\n"));
`);
    expect(lines).toEqual([
      "0.000 0.000 -0.25 0",
      "   0.000   1.000   0.000",
      "(0.0, 0)  0.00; a-0 1e-0 -0.05 -0x",
      "0.0\n0.0",
    ]);
  });

  test("is told of a promise that is rejected, and of an error in a timer", async () => {
    const rejected = await run('const a = 1;\nPromise.reject(new Error("later"));\n');
    expect(rejected.result).toMatchObject({ type: "problem", place: { line: 2 } });
    expect((rejected.result as { message: string }).message).toContain("later");
    const timer = await run('setTimeout(() => {\n  throw new Error("in a timer");\n}, 20);\n');
    expect(timer.result).toMatchObject({ type: "problem", place: { line: 2 } });
    expect((timer.result as { message: string }).message).toContain("in a timer");
  });

  test("may await at its top level", async () => {
    const { result } = await run("export const x = await Promise.resolve(3);");
    expect(result).toMatchObject({ type: "ran", values: { x: 3 } });
  });

  test("has its output bounded, in lines and in characters", async () => {
    const many = await run("for (let i = 0; i < 1000; i++) console.log(i);");
    expect(many.lines).toHaveLength(201);
    expect(many.lines.at(-1)).toBe("(200 lines are shown; the rest is not)");
    const long = await run('for (let i = 0; i < 3; i++) console.log("x".repeat(15000));');
    expect(long.lines.map((line) => line.length)).toEqual([15000, 5000, 45]);
  });

  test.each([
    ["does not parse", "const a = 1;\n\nconst b = ;\n", "SyntaxError: Unexpected token", 3],
    ["ends too early", "function f() {\n", "SyntaxError: Unexpected token", 2],
    ["throws", "type A = {\n  a: 1;\n};\nnull.x;\n", "TypeError: Cannot read", 4],
    [
      "throws deeper",
      "const f = () => {\n  throw new RangeError('no');\n};\nf();",
      "RangeError: no",
      2,
    ],
    ["rejects", "await 1;\nawait Promise.reject(new Error('late'));", "Error: late", 2],
    ["throws what is no error", "throw 5;", "threw 5, which is not an Error", undefined],
    ["uses a name that is not there", "\nnothing();", "ReferenceError: nothing is not defined", 2],
    [
      "reaches for the page",
      "\ndocument.title;",
      "ReferenceError: document is not defined. Cells run apart",
      2,
    ],
    [
      "imports what is not there",
      '\nimport { x } from "nowhere";\nx();',
      'Error: cannot import "nowhere": a cell can import the kernels',
      2,
    ],
  ])("that %s says so, and where", async (_, source, message, line) => {
    const { result } = await run(source);
    expect(result.type).toBe("problem");
    if (result.type !== "problem") return;
    expect(result.message).toContain(message);
    expect(result.place).toEqual(line === undefined ? null : { path, line });
  });

  test("that makes a kernel throw is shown its own line, and whose error it is", async () => {
    const { result } =
      await run(`import { residualForward } from "@llm.ts/kernels/residual/residual.ts";
const a = new Float32Array(2);

residualForward(a, a, new Float32Array(3), 2);`);
    expect(result).toEqual({
      type: "problem",
      message:
        "RangeError: residualForward: inp2 has 3 values, expected N = 2. residualForward looks at what it is given before it begins: here inp2 does not fit the sizes.",
      place: { path, line: 4 },
    });
  });

  test("that is checked and throws is told the sizes of the call", async () => {
    const { result } = await run(
      "export function residualForward(out, a, b, N) {\n  throw new Error('N is ' + N);\n}",
      { check: checks.residualForward },
    );
    expect(result).toMatchObject({
      message: "Error: N is 24 (in the call with N = 24)",
      place: { path, line: 2 },
    });
  });

  test("that is checked and does not export the function is told to", async () => {
    const { result } = await run("function residualForward() {}", {
      check: checks.residualForward,
    });
    expect(result).toMatchObject({
      type: "problem",
      message:
        'The cell exports no function residualForward. It has to begin with "export function residualForward(".',
    });
  });

  test("that posts messages of its own is not believed", async () => {
    const { result } = await run(`
postMessage({ type: "done", values: { forged: 1 }, results: [] });
postMessage({ type: "done", nonce: "guess", values: { forged: 1 }, results: [] });
postMessage(null);
postMessage("stop");
export const honest = 1;`);
    expect(result).toMatchObject({ type: "ran", values: { honest: 1 } });
  });

  test("can replace what it likes in its own world without a wrong answer becoming right", async () => {
    const { result } = await run(
      `Float32Array.prototype.slice = () => new Float32Array(24);
Math.abs = () => 0;
Object.is = () => true;
export function residualForward(out: Float32Array): void { out.fill(1); }`,
      { check: checks.residualForward },
    );
    expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
  });

  test("can be stopped", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const { result } = await run("for (;;) {}", { signal: stop.signal });
    expect(result).toEqual({ type: "stopped" });
  });
});

describe("every check", () => {
  const runHere = (source: string, more: Partial<Execution>) =>
    run(source, { run: runInline, ...more });

  // Shaders are checked in another way: tests/lessons/written.test.ts.
  const inTypeScript = Object.values(checks).filter(({ shader }) => !shader);

  test.each(inTypeScript)("$function: the kernel itself passes", async (check) => {
    const file = await fileOf(check);
    const { result } = await runHere(await sources.readSource(file), { path: file, check });
    expect(result).toMatchObject({ type: "ran", verdict: { passed: true } });
  });

  test.each(inTypeScript)("$function: an empty function fails", async (check) => {
    const { result } = await runHere(`export function ${check.function}() {}`, { check });
    expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
  });
});

/** The kernel that is checked; where there is none, the solution of an exercise, or a cell of a lesson. */
async function fileOf({ reference, function: name }: Check): Promise<string> {
  const kernel = `kernels/${reference}/${reference}.ts`;
  const head = new RegExp(`^export (async )?function ${name}\\(`, "m");
  for (const path of [kernel, ...sources.sourcePaths]) {
    if (path !== kernel && !/^kernels\/[\w/]+\.ts$|\/(solution|cells\/[^/]+)\.ts$/.test(path))
      continue;
    if (!sources.sourcePaths.has(path)) continue;
    if (head.test(await sources.readSource(path))) return path;
  }
  throw new Error(`no kernel, solution or cell exports ${name}`);
}

describe("messages", () => {
  const nonce = "n";

  test("of the right form are read", () => {
    for (const message of [
      { type: "line", level: "warn", text: "a" },
      { type: "threw", name: "Error", message: "a", stack: "", call: null },
      { type: "missing" },
      { type: "done", values: {}, results: [[new Float32Array(1), null, 2]] },
    ]) {
      expect(readMessage({ ...message, nonce }, nonce)).toEqual(message);
      expect(readMessage({ ...message, nonce: "m" }, nonce)).toBeUndefined();
    }
    expect(readFrameMessage({ type: "error", message: "a", line: 2, more: 1 })).toEqual({
      type: "error",
      message: "a",
      line: 2,
    });
  });

  test.each([
    [undefined],
    [null],
    ["done"],
    [[1, 2]],
    [{ nonce }],
    [{ nonce, type: "else" }],
    [{ nonce, type: "line", level: "shout", text: "a" }],
    [{ nonce, type: "line", level: "log", text: 5 }],
    [{ nonce, type: "threw", name: 1, message: "", stack: "", call: null }],
    [{ nonce, type: "threw", name: "", message: "", stack: "", call: 0.5 }],
    [{ nonce, type: "done", values: null, results: [] }],
    [{ nonce, type: "done", values: {}, results: {} }],
    [{ nonce, type: "done", values: {}, results: [[new Float64Array(1)]] }],
    [{ nonce, type: "done", values: {}, results: ["x"] }],
  ])("of another form are not: %j", (message) => {
    expect(readMessage(message, nonce)).toBeUndefined();
    expect(readFrameMessage(message)).toBeUndefined();
  });
});

describe("regions", () => {
  const source = `// head
const eps = 1e-5; // small

/**
 * Docblock.
 */
export function first(
  a: number,
): void {
  a;
}

const table = {
  b: 1,
};
`;

  test("a function is cut with its docblock, a constant with its comment", () => {
    expect(findRegion(source, "first", "x.ts")).toEqual({ start: 3, end: 11 });
    expect(cutRegion(source, findRegion(source, "eps", "x.ts"))).toBe(
      "// head\nconst eps = 1e-5; // small",
    );
    expect(cutRegion(source, findRegion(source, "table", "x.ts"))).toBe(
      "const table = {\n  b: 1,\n};",
    );
  });

  test("a Python function ends before the next statement at the top level", () => {
    const python = "import x\n\n\n# why\ndef f(a):\n    if a:\n\n        return 1\n\n\nf(1)\n";
    expect(cutRegion(python, findRegion(python, "f", "x.py"))).toBe(
      "# why\ndef f(a):\n    if a:\n\n        return 1",
    );
  });

  test("an edited region is put back, and the lines before it keep their numbers", () => {
    const region = findRegion(source, "first", "x.ts");
    const edited = replaceRegion(source, region, "export function first() {}");
    expect(edited.split("\n").slice(0, 6)).toEqual([
      "// head",
      "const eps = 1e-5; // small",
      "",
      "export function first() {}",
      "",
      "const table = {",
    ]);
    expect(replaceRegion(source, region, cutRegion(source, region))).toBe(source);
  });

  test("a name that is not there is an error", () => {
    expect(() => findRegion(source, "second", "x.ts")).toThrow(
      "x.ts has no second at its top level",
    );
  });
});

test("a mutant whose find is not there exactly once is an error", () => {
  const mutant = { name: "m", find: "a", replace: "b", says: "" };
  expect(mutate("xay", mutant)).toBe("xby");
  expect(() => mutate("aa", mutant)).toThrow('mutant "m": its find occurs 2 times, expected once');
  expect(() => mutate("", mutant)).toThrow('mutant "m": its find occurs 0 times, expected once');
});
