// npm run curve as a process of its own, as far as it comes without PyTorch: what cannot be trained is named before that.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/curve.ts", import.meta.url));

test.each([
  [
    ["--preset", "huge"],
    "--preset is huge, expected one of tiny, small, medium, gpt2-124M, llama-tiny",
  ],
  [["--steps", "0"], "--steps is 0, expected a positive integer"],
  [["--T", "65"], "options: T is 65, expected at most maxT = 64: the model reads no longer text"],
  [["--lr", "fast"], "options: lr is NaN, expected a number from 0"],
  [["--lr=-1"], "options: lr is -1, expected a number from 0"],
])("%j is refused by name", (args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { ...process.env, PYTHON: "/bin/false" },
  });
  expect(stderr).toContain(`npm run curve: ${message}`);
  expect(stdout).toBe("");
  expect(status).toBe(1);
});
