// Facts that the lesson about the GPU states in its prose and that nothing in its page prints.

import { readFile } from "node:fs/promises";
import { presets } from "@llm.ts/kernels/gpt2/config.ts";
import { expect, test } from "vitest";
import { limits } from "../../src/gpu/limits.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, root), "utf8");
const page = await read("lessons/17-onto-the-gpu/index.mdx");
const matmul = await read("kernels/matmul/matmul.wgsl");
const layernorm = await read("kernels/layernorm/layernorm.wgsl");
const { C, Vp } = presets["gpt2-124M"];
const MiB = 2 ** 20;
const english = (value: number) => value.toLocaleString("en");

/** Threads in a workgroup of an entry point, by direction. */
function workgroup(code: string, entryPoint: string): number[] {
  const found = new RegExp(`@workgroup_size\\(([\\d, ]+)\\)\\s*fn ${entryPoint}\\(`).exec(code);
  if (!found) throw new Error(`no entry point ${entryPoint}`);
  return found[1].split(",").map(Number);
}

const threads = (code: string, entryPoint: string) =>
  workgroup(code, entryPoint).reduce((product, size) => product * size, 1);

/** The body of a function of a shader, up to the closing bracket in the first column. */
function body(code: string, name: string): string {
  return new RegExp(`fn ${name}\\([\\s\\S]*?\\n}`).exec(code)?.[0] ?? "";
}

test("the small program starts 128 threads for 100 numbers; 1,000 numbers take 16 workgroups, and leave 24 threads over", async () => {
  const shader = await read("lessons/17-onto-the-gpu/first.wgsl");
  expect(threads(shader, "double")).toBe(64);
  expect(Math.ceil(100 / 64) * 64).toBe(128);
  expect(await read("lessons/17-onto-the-gpu/first.ts")).toContain("/ 64)");
  expect(Math.ceil(1000 / 64)).toBe(16);
  expect(16 * 64 - 1000).toBe(24);
  expect((1000 / 64).toFixed(1)).toBe("15.6");
  expect(8 * 64 - 500).toBe(12);
});

test("the naive matmul has workgroups of 8 by 8, LayerNorm's rows 32 threads and five steps", () => {
  expect(workgroup(matmul, "naive")).toEqual([8, 8]);
  expect(threads(layernorm, "forward")).toBe(32);
  expect(Math.log2(32)).toBe(5);
  expect(C / 32).toBe(24);
});

test("three barriers in the sum that a workgroup shares", () => {
  const sum = body(layernorm, "sumOverWorkgroup");
  expect(sum.match(/workgroupBarrier\(\)/g)).toHaveLength(3);
});

test("fours: eight threads for a row, eight rows for a workgroup, one barrier before each use, and the return after the last", async () => {
  const fours = await read("kernels/layernorm/layernorm.fours.wgsl");
  expect(workgroup(fours, "forward")).toEqual([8, 8]);
  expect(fours).toMatch(/const across = 8u/);
  const forward = body(fours, "forward");
  expect(forward.match(/workgroupBarrier\(\)/g)).toHaveLength(2); // for the mean, for the variance
  expect(forward.indexOf("return;")).toBeGreaterThan(forward.lastIndexOf("workgroupBarrier()"));
});

test("the exercises: 58 of 64 threads have no column of six; three of five barriers are missing", async () => {
  const columns = await read("lessons/17-onto-the-gpu/columns/solution.wgsl");
  expect(threads(columns, "biasBackward") - 6).toBe(58);
  const barriers = async (name: string) =>
    (await read(`lessons/17-onto-the-gpu/race/${name}.wgsl`)).split("workgroupBarrier();").length -
    1;
  expect(await barriers("solution")).toBe(5);
  expect(await barriers("start")).toBe(2);
});

test("subgroups are asked for in the file that uses them", async () => {
  const subgroups = await read("kernels/layernorm/layernorm.subgroups.wgsl");
  expect(subgroups).toContain("enable subgroups;");
  expect(subgroups).toContain("subgroupAdd(");
});

/** What a thread or a workgroup of a rung computes, and what it fetches for it. */
const rungs = {
  naive: { outputs: 1, products: 1, fromMemory: 2, fromWorkgroup: 0 },
  // Four blocks of A and four of B, for 16 by 16 outputs and 4 terms.
  registers: { outputs: 16 * 16, products: 16 * 16 * 4, fromMemory: 8 * 16, fromWorkgroup: 0 },
  // 64 blocks of each, for 64 by 64 outputs and 16 terms; a thread takes 2 + 2 of them, or 1 + 1, for each 4 terms.
  shared64: {
    outputs: 64,
    products: 64 * 64 * 16,
    fromMemory: 2 * 64 * 16,
    fromWorkgroup: 256 / 64,
  },
  shared256: {
    outputs: 16,
    products: 64 * 64 * 16,
    fromMemory: 2 * 64 * 16,
    fromWorkgroup: 64 / 32,
  },
};

test("the table of products for each number fetched", () => {
  const outputs = 256 * 4 * C;
  for (const [name, rung] of Object.entries(rungs)) {
    const row = [
      `\`${name}\``,
      String(rung.products / rung.fromMemory),
      rung.fromWorkgroup === 0 ? "" : String(rung.fromWorkgroup),
      english(outputs / rung.outputs),
    ];
    expect(page).toContain(`| ${row.join(" | ").replace("|  |", "| |")} |`);
  }
});

test("the rungs in the file are what the table says of them", () => {
  expect(threads(matmul, "shared64")).toBe(64);
  expect(threads(matmul, "shared256")).toBe(256);
  const registers = body(matmul, "multiplyRegisters");
  expect(registers.match(/= block[AB]\(/g)).toHaveLength(8);
  expect(registers.match(/s\d\d \+= b\d \* a\d/g)).toHaveLength(16);
  expect(body(matmul, "multiplyShared64").match(/= tile[AB]\[/g)).toHaveLength(4);
  expect(body(matmul, "multiplyShared256").match(/tile[AB]\[/g)).toHaveLength(2);
  expect(matmul).toMatch(/var<workgroup> tileA: array<mat4x4f, 64>/);
  expect(matmul).toMatch(/const depth = 4u/);
  expect((2 * 64 * 16 * 4) / 1024).toBe(8); // KiB of two tiles
  const rounds = body(matmul, "multiplyShared64") + body(matmul, "loadTiles");
  expect(rounds.match(/workgroupBarrier\(\)/g)).toHaveLength(2);
});

test("where GPT-2 124M meets the limits that WebGPU promises", () => {
  const promised = Object.fromEntries(limits.map(({ name, promised }) => [name, promised]));
  expect(promised.maxStorageBufferBindingSize).toBe(128 * MiB);
  expect(promised.maxBufferSize).toBe(256 * MiB);
  expect(promised.maxStorageBuffersPerShaderStage).toBe(8);
  expect(promised.maxComputeWorkgroupsPerDimension).toBe(65_535);
  expect(promised.maxComputeInvocationsPerWorkgroup).toBe(256);
  expect(promised.maxComputeWorkgroupStorageSize).toBe(16 * 1024);

  const wte = Vp * C;
  expect(Math.round((wte * 4) / MiB)).toBe(147);
  expect(Math.round((4096 * Vp * 4) / MiB)).toBe(786);
  expect(wte / 256).toBe(150_912);
  expect(wte / 4 / 256).toBe(37_728); // adamw.gpu.ts gives each thread four where N is a multiple of 4
  expect(page).toContain("AdamW on `wte` needs 37,728");
  expect(layernorm.match(/@binding\(5\)/g)?.length).toBeGreaterThan(0);
  expect(layernorm).not.toMatch(/@binding\(6\)/);
});

test("an A100 has 12.5 operations for each byte, LayerNorm one: eleven of twelve units wait", () => {
  expect(Math.round(19.5 / 1.56)).toBeGreaterThanOrEqual(12);
  expect(page).toContain("eleven of twelve");
});
