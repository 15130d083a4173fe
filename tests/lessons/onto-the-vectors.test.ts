// The lesson about the processor's vectors: the rungs that it times, its lanes, and what it states in its prose.

import { readFile } from "node:fs/promises";
import { spawn } from "@llm.ts/kernels/runtime/wasm/spawn.node.ts";
import { describe, expect, test } from "vitest";
import { error } from "../../lessons/16-onto-the-vectors/cells/exp.ts";
import { one, two } from "../../lessons/16-onto-the-vectors/cells/fused.ts";
import {
  load,
  loadUpTo,
  madd,
  splat,
  storeUpTo,
  sum,
} from "../../lessons/16-onto-the-vectors/lanes.ts";
import type { Command, Report, Rung } from "../../src/rungs/protocol.ts";
import { climb } from "../../src/rungs/vectors.ts";
import { textOf } from "./text.ts";

const root = new URL("../../", import.meta.url);
const text = await textOf("16-onto-the-vectors");
const read = async (path: string) => readFile(new URL(path, root), "utf8");
const roofs = ["one thread", "2 threads"].map((name) => ({
  name,
  peak: { flopsPerSecond: 1e10, bytesPerSecond: 1e10 },
}));

async function rungsOf(
  command: Partial<Command>,
  { threads = 1, simd = "relaxed" }: { threads?: number; simd?: "relaxed" | "plain" } = {},
): Promise<{ rungs: readonly Rung[]; reports: Report[] }> {
  const file = simd === "relaxed" ? "rungs.relaxed" : "rungs";
  const module = await WebAssembly.compile(
    await readFile(new URL(`public/wasm/${file}.wasm`, root)),
  );
  const reports: Report[] = [];
  const all: Command = { type: "start", ladder: "matmul", rows: 7, naive: null, roofs, ...command };
  await climb(all, { module, simd, threads, why: "as the test says", spawn }, (report) =>
    reports.push(report),
  );
  expect(reports.at(-1)).toEqual({ type: "finished" });
  const last = reports.findLast((report) => report.type === "rungs");
  return { rungs: last?.rungs ?? [], reports };
}

describe("the rungs that the page times", () => {
  test.each(["relaxed", "plain"] as const)(
    "every rung of matmul computes what TypeScript computes, %s SIMD",
    async (simd) => {
      // 7 rows: a tile of 6, and one row more.
      const { rungs } = await rungsOf({}, { simd, threads: 2 });
      expect(rungs.map(({ name }) => name)).toEqual(
        "typescript plain lanes fused tile packed threads".split(" "),
      );
      for (const { name, measured } of rungs) {
        expect(measured, name).toMatchObject({ right: true, flops: 2 * 7 * 768 * 3072 });
        expect(measured?.difference, name).toBeLessThan(2e-5);
        expect(measured?.difference === 0, name).toBe(name === "typescript");
        expect(measured?.of, name).toBe(name === "threads" ? "2 threads" : "one thread");
        expect(measured?.seconds, name).toBeGreaterThan(0);
      }
    },
  );

  test("every rung of the residual too; with one thread there is none of threads", async () => {
    const { rungs } = await rungsOf({ ladder: "residual", rows: 64 });
    expect(rungs.map(({ name }) => name)).toEqual(["typescript", "plain", "lanes"]);
    for (const { name, measured } of rungs) {
      expect(measured, name).toMatchObject({ right: true, difference: 0, bound: "memory" });
    }
  });

  test("what the processor can do at most is measured where it is not known: for one thread, and for all", async () => {
    const { reports } = await rungsOf({ ladder: "residual", roofs: [] }, { threads: 2 });
    const found = reports.flatMap((report) => (report.type === "roofs" ? report.roofs : []));
    expect(found.map(({ name }) => name)).toEqual(["one thread", "2 threads"]);
    for (const { peak } of found) {
      expect(peak.flopsPerSecond).toBeGreaterThan(1e8);
      expect(peak.bytesPerSecond).toBeGreaterThan(1e8);
    }
  });
});

describe("the lanes of the cells and exercises", () => {
  const row = Float32Array.of(1, 2, 3, 4, 5, 6);

  test("what is not a whole vector: the lanes after it hold the rest, and nothing after it is written", () => {
    expect([...load(row, 2)]).toEqual([3, 4, 5, 6]);
    expect([...loadUpTo(row, 4, 2)]).toEqual([5, 6, 0, 0]);
    expect([...loadUpTo(row, 4, 2, 7)]).toEqual([5, 6, 7, 7]);
    const out = new Float32Array(6);
    storeUpTo(out, 3, splat(9), 2);
    expect([...out]).toEqual([0, 0, 0, 9, 9, 0]);
  });

  test("beyond the array is an error, not a number", () => {
    expect(() => load(row, 3)).toThrow("4 lanes at 3 are not within an array of 6 numbers");
    expect(() => storeUpTo(row, -1, splat(1), 1)).toThrow(RangeError);
  });

  test("every result is rounded to float32; a sum of lanes as the kernels add them up", () => {
    expect([...madd(splat(0.1), splat(3), splat(0))]).toEqual(
      Array(4).fill(Math.fround(Math.fround(0.1) * 3)),
    );
    // 0 and 2, 1 and 3: in the order of the lanes 1 would be lost twice.
    expect(sum(Float32Array.of(2 ** 24, 1, -(2 ** 24), 1))).toBe(2);
  });
});

describe("what the lesson states", () => {
  test("with two roundings nothing is left, with one 2^-24", () => {
    expect(two).toBe(0);
    expect(one).toBe(2 ** -24);
  });

  test("the exponential: 0.85 ulp with eight terms, three times as much with seven, 67 with ln 2 in one part", () => {
    expect(error(8, 2).toFixed(2)).toBe("0.85");
    expect(error(7, 2) / error(8, 2)).toBeCloseTo(3, 0);
    for (const terms of [7, 8, 9]) expect(Math.round(error(terms, 1))).toBe(67);
    expect(text).toContain("it is 0.85 ulp");
    expect(text).toContain("it is 67.");
  });

  test("the cell's constants are the kernel's, and ln 2 = 22713 / 2^15 + 1.4286e-6", async () => {
    const kernel = await read("kernels/runtime/wasm/vector.as.ts");
    const cell = await read("lessons/16-onto-the-vectors/cells/exp.ts");
    for (const name of ["ln2High", "ln2Low"]) {
      const value = (code: string) => new RegExp(`${name}(?:: f32)? = ([\\d.]+);`).exec(code)?.[1];
      expect(value(kernel)).toBe(value(cell));
    }
    expect(22713 / 2 ** 15).toBe(0.693145751953125);
    expect((Math.LN2 - 22713 / 2 ** 15).toExponential(4)).toBe("1.4286e-6");
    expect((Math.LN2 / 2).toFixed(3)).toBe("0.347");
    expect((0.347 ** 8 / 40320).toExponential(1)).toBe("5.2e-9");
    expect((5.2e-9 / Math.exp(-0.347)).toExponential(1)).toBe("7.4e-9");
    expect(kernel.match(/series = /g)).toHaveLength(8); // terms
  });

  test("a core does 48 GFLOP/s at 3 GHz; three loops reach 1 in 32 of it", () => {
    expect(4 * 2 * 2 * 3).toBe(48);
    expect((2 / 4 / 16).toFixed(2)).toBe("0.03");
    expect((48 / 32).toFixed(1)).toBe("1.5");
  });

  test("shares of the bare loop in the table of rungs, and what is said of it", () => {
    const rows = [...text.matchAll(/\| `(\w+)` \| ([\d.]+) \| (\d+)% \|/g)];
    expect(rows.map(([, name]) => name)).toEqual(
      "typescript plain lanes fused tile packed".split(" "),
    );
    for (const [, name, rate, share] of rows) {
      expect(Math.round((100 * Number(rate)) / 51.7), name).toBe(Number(share));
    }
    const rate = Object.fromEntries(rows.map(([, name, rate]) => [name, Number(rate)]));
    expect(1 - rate.fused / rate.lanes).toBeCloseTo(1 / 4, 1);
    expect(rate.packed / rate.plain).toBeCloseTo(20, 0);
  });

  test("tiles: their chains, registers, loads and multiply-adds", () => {
    for (const [rows, cols] of [
      [1, 4],
      [4, 8],
      [6, 8],
      [8, 8],
    ]) {
      const [vectors, chains] = [cols / 4, (rows * cols) / 4];
      const line = [`${rows} × ${cols}`, chains, chains + vectors + 1, rows + vectors, chains];
      expect(text).toContain(`| ${line.join(" | ")} |`);
    }
    expect(2 * 4 + 6).toBe(14); // numbers loaded in a step
  });

  test("blocks and panels are those of the kernel", async () => {
    const matmul = await read("kernels/matmul/matmul.as.ts");
    const size = (name: string) => Number(new RegExp(`const ${name} = (\\d+);`).exec(matmul)?.[1]);
    const [depth, high, wide] = ["blockDepth", "blockRows", "blockCols"].map(size);
    expect([depth, high, wide]).toEqual([256, 96, 384]);
    expect([size("tileRows"), size("tileCols")]).toEqual([6, 8]);
    const KiB = (numbers: number) => (4 * numbers) / 1024;
    expect([8, 6, high, wide].map((rows) => KiB(rows * depth))).toEqual([8, 6, 96, 384]);
    expect(KiB(8 * 3072)).toBe(96);
    expect(KiB(64 * 768)).toBe(192);
    expect(KiB(16384 * 768) / 1024).toBe(48);
  });
});
