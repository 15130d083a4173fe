// npm run test-gpt2 on files of odd sizes that PyTorch wrote (files.py), whole and broken.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parameterNames } from "@llm.ts/kernels/gpt2/parameters.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { odd, root, run } from "./run.ts";

const [model, state, losses] = ["model.bin", "state.bin", "losses.txt"].map(odd);
const [B, T, V, header] = [2, 7, 261, 1024];
const logitsAt = header + 4 * 2 * B * T;
const lossAt = logitsAt + 4 * B * T * V;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-gpt2-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of a file, changed. */
function changed(path: string, change: (bytes: Buffer, view: DataView) => unknown): string {
  const bytes = readFileSync(path);
  const result = change(bytes, new DataView(bytes.buffer, bytes.byteOffset));
  const copy = join(folder, "changed.bin");
  writeFileSync(copy, result instanceof Buffer ? result : bytes);
  return copy;
}

const checked = (...args: string[]) => run("test-gpt2", [...args, "--backend", "typescript"]);

describe("npm run test-gpt2", () => {
  test("finds logits, loss, 16 gradients and ten losses as PyTorch has them", () => {
    const { status, stdout, stderr } = checked(model, state, "--losses", losses);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    expect(lines.filter((line) => /\bOK\b/.test(line))).toHaveLength(1 + 1 + 16 + 10);
    for (const name of ["logits", "loss", ...parameterNames.map((name) => `d${name}`)]) {
      expect(stdout).toMatch(new RegExp(`^${name} +OK, `, "m"));
    }
    expect(stdout).toContain("vocab_size: 261\npadded_vocab_size: 384\nnum_layers: 3\n");
    expect(stdout).toContain("[State]\nbatch_size: 2\nseq_len: 7\n");
    expect(stdout).toMatch(/^step 9: loss 10\.7575\d\d OK, expected 10\.757524,/m);
    expect(stdout).toContain("overall okay: 1\n");
    expect(status).toBe(0);
  });

  test("without losses compares all but the losses of the steps, and says so", () => {
    const { status, stdout } = checked(model, state);
    expect(stdout).toMatch(/^step 9: loss 10\.7575\d\d \(took \d+ ms\), not compared/m);
    expect(stdout).toContain("overall okay: 1\n");
    expect(status).toBe(0);
  });

  test.each<[string, (view: DataView) => void, RegExp]>([
    [
      "a logit",
      (view) => view.setFloat32(logitsAt + 4 * ((1 * T + 2) * V + 5), 7, true),
      /^logits +NOT OK, largest difference \S+ at \(b, t, v\) = \(1, 2, 5\): \S+, expected 7$/m,
    ],
    [
      "the loss",
      (view) => view.setFloat32(lossAt, 11.38, true),
      /^loss +NOT OK, 11\.375183, expected 11\.38/m,
    ],
    [
      "a gradient",
      (view) => view.setFloat32(view.byteLength - 4, 9, true),
      /^dlnfb +NOT OK, largest difference \S+ at \(i\) = \(14\): \S+, expected 9$/m,
    ],
    [
      "a gradient that is NaN",
      (view) => view.setFloat32(lossAt + 4 + 4 * 16, Number.NaN, true),
      /^dwte +NOT OK, largest difference NaN at \(row, i\) = \(1, 1\): \S+, expected NaN$/m,
    ],
  ])("notices that %s is wrong, and says where", (_, change, line) => {
    const wrong = changed(state, (_, view) => change(view));
    const { status, stdout } = checked(model, wrong, "--losses", losses);
    expect(stdout).toMatch(line);
    expect(stdout.match(/NOT OK/g)).toHaveLength(1);
    expect(stdout).toContain("overall okay: 0\n");
    expect(status).toBe(1);
  });

  test("finds a loss of a later step that is wrong", () => {
    const wrong = join(folder, "losses.txt");
    writeFileSync(wrong, readFileSync(losses, "utf8").replace("10.894173622", "10.9"));
    const { status, stdout } = checked(model, state, "--losses", wrong);
    expect(stdout).toMatch(
      /^step 7: loss 10\.894\d+ NOT OK, expected 10\.900000, difference 5\.8e-3/m,
    );
    expect(stdout.match(/NOT OK/g)).toHaveLength(1);
    expect(status).toBe(1);
  });

  type Change = (bytes: Buffer, view: DataView) => unknown;
  test.each<[string, string, Change, string]>([
    [
      "a model of another kind",
      model,
      (_, view) => view.setInt32(0, 7, true),
      "the magic number is 7, expected 20240326",
    ],
    [
      "a model of an old version",
      model,
      (_, view) => view.setInt32(4, 1, true),
      "the version is 1, expected 3",
    ],
    ["a model that is cut short", model, (bytes) => bytes.subarray(0, -8), "it is truncated"],
    [
      "a model with more after it",
      model,
      (bytes) => Buffer.concat([bytes, bytes]),
      "it is too long",
    ],
    [
      "a model with a layer more in its header",
      model,
      (_, view) => view.setInt32(16, 4, true),
      "it is truncated",
    ],
    ["an empty model", model, (bytes) => bytes.subarray(0, 0), "has 0 bytes"],
    [
      "a state of another kind",
      state,
      (_, view) => view.setInt32(0, 20240326, true),
      "the magic number is 20240326, expected 20240327",
    ],
    [
      "an older state",
      state,
      (_, view) => view.setInt32(4, 1, true),
      "the version is 1, expected 2",
    ],
    ["a state that is cut short", state, (bytes) => bytes.subarray(0, -4), "it is truncated"],
    [
      "a state with more after it",
      state,
      (bytes) => Buffer.concat([bytes, Buffer.alloc(4)]),
      "it is too long",
    ],
    [
      "a state of a longer T than the model has",
      state,
      (_, view) => view.setInt32(12, 12, true),
      "T at most maxT = 11",
    ],
    [
      "a state with a token that there is not",
      state,
      (_, view) => view.setInt32(header + 4, 261, true),
      "inputs[1] is 261, expected a token id from 0 to 260",
    ],
  ])("refuses %s in one sentence", (_, path, change, message) => {
    const broken = changed(path, change);
    const args = path === model ? [broken, state] : [model, broken];
    const { status, stdout, stderr } = checked(...args);
    expect(stdout).toBe("");
    expect(stderr).toContain(`npm run test-gpt2: ${broken}: llm.c`);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(1);
  });

  test.each<[string, string[], number, string]>([
    ["no state", [model], 2, "1 arguments were given, expected MODEL and STATE"],
    ["a flag that there is not", [model, state, "--loss", "a"], 2, "Unknown option '--loss'"],
    ["a file that does not exist", [model, `${state}.none`], 1, "state.bin.none does not exist"],
    ["a folder", [root, state], 1, "is a folder"],
    ["losses that are none", [model, state, "--losses", model], 1, "expected a loss"],
  ])("refuses %s", (_, args, expected, message) => {
    const { status, stdout, stderr } = checked(...args);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(status).toBe(expected);
  });

  test("refuses too few losses, and a backend that there is not", () => {
    const few = join(folder, "few.txt");
    writeFileSync(few, "1\n2\n\n");
    expect(checked(model, state, "--losses", few).stderr).toContain("it has 2 losses, expected 10");
    const { status, stderr } = run("test-gpt2", [model, state, "--backend", "cuda"]);
    expect(stderr).toContain("--backend is cuda, expected one of ");
    expect(status).toBe(2);
  });

  test("--help lists every flag, and nothing is computed", () => {
    const { status, stdout } = run("test-gpt2", ["--help"]);
    expect(stdout).toContain("npm run test-gpt2 -- MODEL STATE [flags]");
    for (const flag of ["--losses FILE", "--backend NAME", "--help"])
      expect(stdout).toContain(flag);
    expect(status).toBe(0);
  });
});
