// Runs in Node before the tests in the browser: PyTorch takes the same steps from the same weights, of the sizes that are asked
// for. With `-t "B=4 T=64"` that is one of them. Debian's PyTorch multiplies with the reference BLAS, at about 1 GFLOP/s here; with
// the package libopenblas0-pthread it is 30, and the two steps of B=4 T=1024 take it ten minutes.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { TestProject } from "vitest/node";
import { findPython } from "../../scripts/python.ts";
import { batchOf, config, nameOf, runs, seed, smol, smolName, smolSize } from "./runs.ts";

const cache = fileURLToPath(new URL("../../.cache/", import.meta.url)); // where the browser may read, too

export default function setup(project: TestProject): () => void {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "large-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const { testNamePattern } = project.vitest.config;
  const asked = (name: string) => !testNamePattern || testNamePattern.test(name);
  try {
    project.provide(
      "torchLosses",
      runs.map((size) => (asked(nameOf(size)) ? lossesOf(size, folder) : [])),
    );
    project.provide("smolStep", asked(smolName) ? { losses: stepOf(folder), folder } : null);
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

/** GPT-2's losses of two steps. */
function lossesOf({ B, T }: { B: number; T: number }, folder: string): number[] {
  const file = join(folder, "gpt2.run");
  const batches = [1, 2].map((step) => batchOf({ B, T }, step));
  writeRun(file, { config, B, T, seed, optimiser: defaultOptimiser }, batches);
  return runPython("gpt2/gpt2.py", ["train", file]);
}

/** The losses before and after SmolLM2-135M's step, whose gradients and new weights go into the folder. */
function stepOf(folder: string): number[] {
  const file = join(folder, "smol.run");
  const batches = [1, 2].map((step) => batchOf(smolSize, step, smol));
  const run = { config: smol, ...smolSize, seed, optimiser: defaultOptimiser };
  writeRun(file, run, batches);
  return runPython("llama/llama.py", ["step", file, folder]);
}

function writeRun(file: string, run: object, batches: readonly Batch[]): void {
  const parts = batches.flatMap(({ inputs, targets }) => [inputs, targets] as Int32Array[]);
  const bytes = parts.map((ids) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength));
  writeFileSync(file, Buffer.concat([Buffer.from(`${JSON.stringify(run)}\n`), ...bytes]));
}

function runPython(script: string, call: readonly string[]): number[] {
  const path = fileURLToPath(new URL(`../../kernels/${script}`, import.meta.url));
  const printed = execFileSync(findPython(), [path, ...call], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return printed.trim().split("\n").map(Number);
}
