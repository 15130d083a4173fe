// The exercises that are written in WGSL: their graders by known mistakes, and what the walk through the threads sees and
// does not see. None of it needs a GPU; the shaders run on one in tests/site/written.test.ts.

import { describe, expect, test } from "vitest";
import { prepareCalls } from "../../src/cells/calls.ts";
import { checks } from "../../src/cells/checks.ts";
import type { Result } from "../../src/cells/execute.ts";
import { type Mutant, mutate } from "../../src/cells/mutants.ts";
import type { Outcome } from "../../src/cells/shader.ts";
import * as sources from "../../src/cells/sources.ts";
import { type Trouble, walk } from "../../src/cells/walk/walk.ts";
import { executeWritten, type WrittenExecution, walkedOnly } from "../../src/cells/written.ts";
import { checkOf, foldersIn, loadCases } from "./exercises.ts";

const files = import.meta.glob<{ mutants: Mutant[] }>("/lessons/*/*/mutants.ts", { eager: true });
const noGpu = async (): Promise<Outcome> => ({ type: "failed", message: "none", absent: true });

const read = (folder: string, name: string) => sources.readSource(`${folder}/${name}.wgsl`);

async function submit(
  folder: string,
  source: string,
  runOnGpu: WrittenExecution["runOnGpu"] = noGpu,
): Promise<Result> {
  const check = checks[checkOf(folder)] as WrittenExecution["check"];
  const [start, solution] = await Promise.all([read(folder, "start"), read(folder, "solution")]);
  const { mutants } = files[`/${folder}/mutants.ts`];
  const exercise = { folder, start, solution, mutants };
  return executeWritten({
    path: `${folder}/start.wgsl`,
    source,
    check,
    exercise,
    loadCases,
    runOnGpu,
  });
}

const saysOf = (result: Result): string =>
  (result.type === "ran" && result.verdict?.says) ||
  (result.type === "problem" && result.message) ||
  "";

const folders = foldersIn("wgsl");

test("there are two", () => {
  expect(folders).toHaveLength(2);
});

describe.each(folders)("%s", (folder) => {
  const { mutants } = files[`/${folder}/mutants.ts`];

  test("the solution passes, and is said to have run on no GPU", async () => {
    const result = await submit(folder, await read(folder, "solution"));
    expect(result).toMatchObject({ type: "ran", verdict: { passed: true } });
    expect(saysOf(result)).toMatch(/^All [\d,]+ numbers agree with PyTorch, in \d sets of sizes\./);
    expect(saysOf(result)).toContain(walkedOnly);
  });

  test("the starter runs, fails, and is told why", async () => {
    const result = await submit(folder, await read(folder, "start"));
    expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
    expect(saysOf(result)).toMatch(/^\w.{20,}\.$/);
  });

  test("no two mutants are told the same", () => {
    expect(new Set(mutants.map(({ says }) => says)).size).toBe(mutants.length);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  test.each(mutants)("the mutant is recognised: $name", async (mutant) => {
    const result = await submit(folder, mutate(await read(folder, "solution"), mutant));
    expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
    expect(saysOf(result)).toContain(mutant.says);
    const others = mutants.filter(
      (other) => other !== mutant && saysOf(result).includes(other.says),
    );
    expect(others).toEqual([]);
  });
});

test("where the GPU has other numbers than the walk, it is not passed", async () => {
  const [folder] = folders;
  const check = checks[checkOf(folder)];
  const calls = prepareCalls(check, await loadCases(check.reference));
  const gpu = calls.map(({ args }) => [...args]); // nothing is written
  const result = await submit(folder, await read(folder, "solution"), async () => ({
    ...{ type: "ran", adapter: "some GPU", gpu, typescript: [], messages: [] },
  }));
  expect(result).toMatchObject({ type: "ran", verdict: { passed: false } });
  expect(saysOf(result)).toMatch(
    /^Walked through thread by thread the numbers are right, and your GPU has others\./,
  );
});

test("what the walk cannot read is a problem with a place, where no compiler has said more", async () => {
  const [folder] = folders;
  const source = (await read(folder, "solution")).replace(
    "sum += dout",
    "sum += f32(row) * row + dout",
  );
  const line = source.split("\n").findIndex((text) => text.includes("f32(row) * row")) + 1;
  expect(await submit(folder, source)).toMatchObject({
    type: "problem",
    message: expect.stringMatching(/^f32 \* u32: nothing is converted by itself in WGSL\. /),
    place: { path: `${folder}/start.wgsl`, line },
  });
});

test("a loop without end is told, and never reaches the GPU", async () => {
  const [folder] = folders;
  const source = (await read(folder, "solution")).replace("row++", "row += 0u");
  const result = await submit(folder, source, () => expect.unreachable("it ran on the GPU"));
  expect(saysOf(result)).toMatch(/^Line 14: This loop had gone round 65,536 times/);
});

test("the race is mended one barrier after the other, each named by its lines", async () => {
  const folder = "lessons/17-onto-the-gpu/race";
  let text = await read(folder, "start");
  const mend = async (line: string): Promise<string> => {
    const says = saysOf(await submit(folder, text));
    expect(text.split(line)).toHaveLength(2);
    text = text.replace(line, `${line}\n  workgroupBarrier();`);
    return says;
  };
  expect(await mend("  partial[thread] = mine;")).toMatch(
    /^A race: thread \d+ writes partial\[\d+\] in line 23, and thread \d+ reads it in line 25, with no barrier/,
  );
  expect(await mend("  let largest = partial[0];")).toMatch(
    /^A race: thread \d+ reads partial\[0\] in line 29, and thread 0 writes it in line 34, with no barrier/,
  );
  expect(await mend("{ partial[thread] += partial[thread + half]; }")).toMatch(
    /^A race: in line 38 thread \d+ \w+ partial\[\d+\], and thread \d+ \w+ it too/,
  );
  expect(saysOf(await submit(folder, text))).toMatch(/^All/);
});

test("a race marks both of its lines", async () => {
  const folder = "lessons/17-onto-the-gpu/race";
  const result = await submit(folder, await read(folder, "start"));
  const marks = (result.type === "ran" && result.verdict?.marks) || [];
  expect(marks.map(({ line }) => line)).toEqual([23, 25]);
});

describe("the walk", () => {
  const head = (body: string, more = "") => `override N: u32;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<storage, read> inp: array<f32>;
var<workgroup> shared_: array<f32, 8>;
${more}
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) thread: u32) {
${body}
}`;
  const run = (body: string, more?: string): { trouble: Trouble | null; out: number[] } => {
    const out = new Float32Array(8);
    const inp = Float32Array.from({ length: 8 }, (_, i) => i + 0.5);
    const trouble = walk(head(body, more), {
      entryPoint: "main",
      overrides: { N: 8 },
      tensors: [out, inp],
      workgroups: [2, 1],
    });
    return { trouble, out: Array.from(out) };
  };

  test.each([
    [
      "f32 is rounded",
      "out[id.x] = 0.1 + 0.2 * inp[0];",
      Math.fround(0.1 + Math.fround(Math.fround(0.2) * 0.5)),
    ],
    ["u32 goes round", "out[id.x] = f32(0u - 1u);", Math.fround(2 ** 32 - 1)],
    ["whole numbers divide to whole ones", "out[id.x] = f32(7u / 2u) + f32(-7 / 2);", 0],
    ["* comes before +, and brackets before both", "out[id.x] = (1.0 + 2) * 3 - 4 / 2;", 7],
    ["select takes the condition last", "out[id.x] = select(1.0, 2.0, N > 3u && N != 9);", 2],
    ["shifts", "out[id.x] = f32((1u << 4u) >> 1u);", 8],
    [
      "loops, with break and continue",
      "var s = 0u; loop { s++; if (s < 3) { continue; } if (s == 6) { break; } } out[id.x] = f32(s);",
      6,
    ],
    [
      "while, and a variable within a block of its own",
      "var s = 1.0; while (s < 100) { let t = s; s += t; } out[id.x] = s;",
      128,
    ],
  ])("computes as WGSL does: %s", (_, body, expected) => {
    const { trouble, out } = run(body);
    expect(trouble).toBeNull();
    expect(out).toEqual(Array(8).fill(expected));
  });

  test("goes on from a barrier within a function, with what it returns", () => {
    const sum = `fn sum(x: f32, thread: u32) -> f32 {
      shared_[thread] = x; workgroupBarrier();
      var all = 0.0; for (var i = 0u; i < 4; i++) { all += shared_[i]; }
      return all;
    }`;
    const { trouble, out } = run("out[id.x] = 10 * sum(inp[id.x], thread) / 2;", sum);
    expect(trouble).toBeNull();
    expect(out).toEqual([40, 40, 40, 40, 120, 120, 120, 120]);
  });

  test.each([
    [
      "a race in workgroup memory",
      "shared_[thread] = 1.0; out[id.x] = shared_[thread ^ 1u];",
      "race",
    ],
    [
      "a race of two writes",
      "shared_[0] = f32(thread); workgroupBarrier(); out[id.x] = shared_[0];",
      "race",
    ],
    ["a race of two workgroups", "out[thread] = inp[id.x];", "race"],
    ["which no barrier mends", "out[thread] += 1.0; workgroupBarrier(); storageBarrier();", "race"],
    [
      "a barrier that some do not reach",
      "if (thread > 1) { return; } workgroupBarrier();",
      "barrier",
    ],
    ["an index past the end", "out[id.x + 1] = 1.0;", "outside"],
    ["a read past the end", "out[id.x] = inp[id.x + 1];", "outside"],
    ["a loop without end", "while (N > 0) { }", "endless"],
    ["two types", "out[id.x] = inp[id.x] / N;", "unreadable"],
    ["a variable that is none", "out[id.x] = imp[id.x];", "unreadable"],
    ["a let that is changed", "let s = 1.0; s += 1;", "unreadable"],
    ["a write to what is read only", "inp[id.x] = 1.0;", "unreadable"],
    ["what it does not know", "let v = vec4f(1.0); out[id.x] = 1.0;", "unreadable"],
  ])("finds %s", (_, body, kind) => {
    const { trouble } = run(body);
    expect(trouble?.kind).toBe(kind);
    expect(trouble?.says).toMatch(/line (8|6)|Line (8|6)/);
    expect(trouble?.says).toMatch(/[.?]$/);
  });

  test("ends loops within loops that are too much work together", () => {
    const body = "for (var i = 0u; i < 9999; i++) { for (var k = 0u; k < 9999; k++) { } }";
    expect(run(body).trouble).toMatchObject({ kind: "endless", line: 8 });
  });

  test("takes reading by many, and uses with a barrier between them, for no race", () => {
    const body =
      "shared_[thread] = inp[id.x]; workgroupBarrier(); out[id.x] = shared_[3 - thread] + inp[0];";
    expect(run(body)).toEqual({ trouble: null, out: [4, 3, 2, 1, 8, 7, 6, 5] });
  });

  test("a barrier of its workgroup orders memory, not another one's", () => {
    const own =
      "out[id.x] = inp[id.x]; storageBarrier(); let x = out[id.x ^ 1u]; storageBarrier(); out[id.x] = x;";
    expect(run(own)).toEqual({ trouble: null, out: [1.5, 0.5, 3.5, 2.5, 5.5, 4.5, 7.5, 6.5] });
    expect(run(own.replaceAll("1u", "4u")).trouble?.kind).toBe("race");
  });

  test("does not see a race that these inputs do not come to", () => {
    expect(
      run("if (inp[0] > 100) { shared_[0] = f32(thread); } out[id.x] = 1.0;").trouble,
    ).toBeNull();
  });
});
