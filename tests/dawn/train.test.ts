// A run on WebGPU in Node beside the same run in TypeScript. Slower than it looks: without a real GPU each shader takes
// seconds to compile.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../commands/run.ts";
import { withSwiftShader } from "../vulkan.ts";

const env = await withSwiftShader();
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "dawn-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** The losses of some steps of training tiny with llm.c's defaults. */
function losses(backend: string, ...args: string[]): number[] {
  const given = ["--backend", backend, "--sample-every", "0", "--val-batches", "1", "--json"];
  const { status, stdout, stderr } = run("train", [...given, ...args], { cwd, env });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const lines: { type: string; loss: number }[] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter(({ loss }) => loss !== undefined).map(({ loss }) => loss);
}

test("tiny trains on WebGPU with the losses of the TypeScript tier to 1e-5, and goes on from a checkpoint", () => {
  const expected = losses("typescript", "--steps", "8");
  const first = losses("webgpu", "--steps", "5", "--save", "run.safetensors");
  const rest = losses("webgpu", "--resume", "run.safetensors", "--steps", "8");
  const got = [...first.slice(0, -1), ...rest]; // without the validation after step 5
  expect(got).toHaveLength(1 + 8 + 1);
  got.forEach((loss, i) => {
    expect(Math.abs(loss - expected[i]), `number ${i}: ${loss}`).toBeLessThan(1e-5);
  });
});
