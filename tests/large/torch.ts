// Runs in Node before the tests in the browser: PyTorch takes the same steps from the same weights, of the sizes that are asked
// for. With `-t "B=4 T=64"` that is one of them; all of them took PyTorch more than 40 minutes on two busy cores.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultOptimiser } from "@llm.ts/kernels/model/update.ts";
import type { TestProject } from "vitest/node";
import { findPython } from "../../scripts/python.ts";
import { batchOf, config, nameOf, runs, seed } from "./runs.ts";

export default function setup(project: TestProject): void {
  const folder = mkdtempSync(join(tmpdir(), "large-"));
  const { testNamePattern } = project.vitest.config;
  try {
    project.provide(
      "torchLosses",
      runs.map(({ B, T }) =>
        testNamePattern && !testNamePattern.test(nameOf({ B, T }))
          ? []
          : lossesOf({ B, T }, join(folder, "batches.bin")),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The losses of two steps. */
function lossesOf(size: { B: number; T: number }, file: string): number[] {
  const run = { config, ...size, seed, optimiser: defaultOptimiser };
  const parts = [1, 2].map((step) => batchOf(size, step)).flatMap((each) => Object.values(each));
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(`${JSON.stringify(run)}\n`),
      ...parts.map((ids: Int32Array) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)),
    ]),
  );
  const script = fileURLToPath(new URL("../../kernels/gpt2/gpt2.py", import.meta.url));
  const printed = execFileSync(findPython(), [script, "train", file], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return printed.trim().split("\n").map(Number);
}
