// npm run bench:cpu with --llmc, on a program that prints what llm.c's train_gpt2 does: what it is started with, what is
// taken from its lines, and what is said where it does not train.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeModel } from "@llm.ts/kernels/formats/llmc.ts";
import { writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { byParameter, initialValues } from "@llm.ts/kernels/gpt2/parameters.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trainSteps } from "../bench/cpu/processes.ts";
import { randomIds } from "../random.ts";
import { root, run } from "./run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llmc-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a train_gpt2. */
function program(...lines: string[]): string {
  const path = join(folder, "train_gpt2");
  writeFileSync(path, ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(path, 0o755);
  return path;
}

const checkpoint = "gpt2_124M.bin";
const data = "dev/data/tinyshakespeare";
const tokens = (part: "train" | "val") => `${data}/tiny_shakespeare_${part}.bin`;

/** Writes what llm.c begins with, of a model that is smaller. */
function files(): void {
  const config = { maxT: 64, V: 300, Vp: 384, L: 1, NH: 1, C: 8 };
  const parameters = byParameter((name) => initialValues(name, config, 1));
  writeFileSync(join(folder, checkpoint), writeModel({ config, parameters }));
  mkdirSync(join(folder, data), { recursive: true });
  for (const part of ["train", "val"] as const) {
    writeFileSync(join(folder, tokens(part)), writeTokens(randomIds(3000, 1, config.V)));
  }
}

const bench = (...args: string[]) => {
  const script = join(root, "tests/bench/cpu.ts");
  const options = ["--only", "none", "--rounds", "1", "--llmc", folder, ...args];
  return spawnSync(process.execPath, [script, ...options], { encoding: "utf8" });
};

/** Whether there is a process. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("with llm.c's files", () => {
  test("llm.c runs in its folder on as many threads; its times and losses are compared with ours", () => {
    files();
    const trained = run("train", [
      ...["--model", join(folder, checkpoint), "--backend", "wasm", "--steps", "3", "--json"],
      ...["--train", join(folder, tokens("train")), "--val", join(folder, tokens("val"))],
      ...["--sample-every", "0"],
    ]);
    expect(trained.stderr).toBe("");
    const losses = trained.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === "step")
      .map(({ loss }): number => loss);
    const step = (n: number, loss: number, took: string) =>
      `echo "step ${n}: train loss ${loss.toFixed(6)} (took ${took} ms)"`;
    program(
      `for file in ${checkpoint} ${tokens("train")} ${tokens("val")}; do`,
      `  [ -r $file ] || { echo "Error: Failed to open file $file"; exit 1; }`,
      "done",
      'echo "$PWD, $OMP_NUM_THREADS threads, line by line: $_STDBUF_O, process $$" >> seen',
      'echo "[GPT-2]"',
      'echo "val loss 5.325413"',
      step(0, losses[0], "4000.000000"),
      step(1, losses[1] + 0.25, "400.000000"),
      step(2, losses[2] - 0.125, "800.000000"),
      "exec sleep 600", // it would go on
    );

    const { status, stdout, stderr } = bench("--threads", "2", "--steps", "3");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const seen = readFileSync(join(folder, "seen"), "utf8").trim().split("\n");
    expect(seen).toHaveLength(2); // two rounds, each in the same way, and none is left running
    for (const line of seen) {
      expect(line).toContain(`${folder}, 2 threads, line by line: L, process `);
      expect(runs(Number(line.split(" ").at(-1)))).toBe(false);
    }
    // Without the first step of each round: the median of 0.4, 0.8, 0.4, 0.8.
    expect(stdout).toMatch(/llm\.c +0\.600 \(0\.400 to 0\.800\)/);
    const ours = Number(/ours +([\d.]+) \([\d.]+ to [\d.]+\)/.exec(stdout)?.[1]);
    const ratio = Number(/ours takes ([\d.]+) of llm\.c's time/.exec(stdout)?.[1]);
    expect(ours).toBeGreaterThan(0);
    expect(Math.abs(ratio - ours / 0.6)).toBeLessThan(2e-3); // both are printed to three places
    expect(stdout).toContain("the losses of 3 steps differ by 2.5e-1 at most");
  });

  test.each([checkpoint, tokens("train"), tokens("val"), "train_gpt2"])("%s is missed", (name) => {
    files();
    program("echo never");
    rmSync(join(folder, name));
    const { status, stderr } = bench();
    expect(stderr).toBe(`npm run bench:cpu: --llmc: there is no ${join(folder, name)}\n`);
    expect(status).toBe(1);
  });

  test("one that does not train is a sentence and exit status 1", () => {
    files();
    program('echo "[GPT-2]"', "exit 3");
    const { status, stderr } = bench();
    expect(stderr).toBe(
      'npm run bench:cpu: train_gpt2 ended with exit status 3 after 0 of 3 steps, and printed no line such as "step 0: train loss 5.356189 (took 11912.123000 ms)"\n',
    );
    expect(status).toBe(1);
  });
});

describe("a trainer's steps", () => {
  const first = 'echo "step 0: train loss 5.356189 (took 11912.123000 ms)"';
  const steps = (...lines: string[]) => trainSteps(program(...lines), [], folder, 2);

  test("are read from lines among others, ours with its tokens per second and a thousand's comma", async () => {
    const second = 'echo "step 1: train loss 4.300645 (took 1,912.500 ms), 846 tokens/s"';
    expect(await steps("echo warning", first, "echo", second)).toEqual([
      { loss: 5.356189, seconds: 11.912123 },
      { loss: 4.300645, seconds: 1.9125 },
    ]);
  });

  test.each([
    ["it crashes", [first, "kill -SEGV $$"], "ended by SIGSEGV after 1 of 2 steps"],
    ["it ends too soon", [first], "ended with exit status 0 after 1 of 2 steps"],
    ["it fails", [first, "exit 1"], "ended with exit status 1 after 1 of 2 steps"],
    [
      "a loss is no number",
      [first, 'echo "step 1: train loss -nan (took 1.0 ms)"', "exec sleep 600"],
      "gives -nan for the loss of step 1",
    ],
  ])("%s", async (_, lines, message) => {
    await expect(steps(...lines)).rejects.toThrow(`train_gpt2 ${message}`);
  });

  test("it cannot be started", async () => {
    const path = program(first);
    chmodSync(path, 0o644);
    await expect(trainSteps(path, [], folder, 2)).rejects.toThrow(/^train_gpt2 /);
  });
});
