// The lesson about the GPU, on a real device: its small program, and the rungs that it times.

import { expect, test } from "vitest";
import { double } from "../../lessons/17-onto-the-gpu/first.ts";
import naive from "../../lessons/17-onto-the-gpu/layernorm.naive.wgsl?raw";
import type { Command, Report, Rung } from "../../src/rungs/protocol.ts";
import { climb } from "../../src/rungs/run.ts";

const roofs = [{ name: "this GPU", peak: { flopsPerSecond: 1e10, bytesPerSecond: 1e10 } }];

async function rungsOf(command: Partial<Command>): Promise<Rung[]> {
  const reports: Report[] = [];
  const all: Command = {
    type: "start",
    ladder: "layernorm",
    rows: 3,
    naive: null,
    roofs,
    ...command,
  };
  await climb(all, (report) => reports.push(report));
  expect(reports.at(-1)).toEqual({ type: "finished" });
  expect(reports).toContainEqual({ type: "roofs", roofs });
  const last = reports.findLast((report) => report.type === "rungs");
  return [...(last?.rungs ?? [])];
}

test("the small program doubles every number, also where they do not fill their workgroups", async () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i / 4 - 7);
  expect(await double(numbers)).toEqual(numbers.map((x) => 2 * x));
});

test("every rung of LayerNorm is timed, and computes what TypeScript computes", async () => {
  const rungs = await rungsOf({ naive });
  expect(rungs.map(({ name }) => name).slice(0, 3)).toEqual(["naive", "rows", "fours"]);
  for (const { name, measured, why } of rungs) {
    expect(why, name).toBe("");
    expect(measured, name).toMatchObject({ right: true, flops: 8 * 3 * 768 });
    expect(measured?.seconds, name).toBeGreaterThan(0);
    expect(measured?.share, name).toBeGreaterThan(0);
    expect(measured?.difference, name).toBeLessThan(1e-5);
  }
});

test("every rung of matmul too", async () => {
  const rungs = await rungsOf({ ladder: "matmul" });
  expect(rungs.length).toBeGreaterThanOrEqual(4);
  for (const { name, measured, why } of rungs) {
    expect(why, name).toBe("");
    expect(measured, name).toMatchObject({ right: true, flops: 2 * 3 * 768 * 3072 });
    expect(measured?.difference, name).toBeLessThan(1e-5);
  }
});

test("a rung that computes something else is called wrong, one that does not compile says so, and the others go on", async () => {
  const withoutBias = naive.replace(" + bias[i]", " + 0 * bias[i]");
  const [wrong, ...others] = await rungsOf({ naive: withoutBias });
  expect(wrong.measured).toMatchObject({ right: false });
  expect(others.every(({ measured }) => measured?.right)).toBe(true);

  const [broken, next] = await rungsOf({ naive: naive.replace("var sum", "bar sum") });
  expect(broken.measured).toBeNull();
  expect(broken.why).toMatch(/^It did not run: .+/);
  expect(next.measured?.right).toBe(true);
});
