// npm run generate as a process of its own, on the odd model that PyTorch wrote (files.py).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { generate as generateHere } from "@llm.ts/kernels/model/sample.ts";
import { describe, expect, test } from "vitest";
import { encode } from "../../src/training/tokenizer.ts";
import { decodeTokens, narrowTokens } from "../../src/training/vocabulary.ts";
import { odd, root, run } from "./run.ts";

const model = ["--model", odd("model.bin"), "--backend", "typescript"];
const V = 261;

function written(...args: string[]): string {
  const { status, stdout, stderr } = run("generate", [...model, ...args]);
  expect(stderr).toMatch(/ms a token; \d+ tokens, seed \d+\n$/);
  expect(status).toBe(0);
  return stdout;
}

describe("npm run generate", () => {
  test("writes the likeliest tokens at temperature 0", async () => {
    const { config, parameters } = readModel(readFileSync(odd("model.bin")));
    const here = createGPT2(createCpu(), config, { B: 1, T: config.maxT, training: false });
    writeTensors(here, "parameters", parameters);
    const prompt = narrowTokens(encode("No"), V);
    const tokens: number[] = [];
    const random = { seed: 1, counter: 0 };
    for await (const token of generateHere(here, prompt, { temperature: 0 }, random)) {
      if (tokens.push(token) === 6) break;
    }
    expect(tokens).not.toContain(V - 1);
    const text = written("--prompt", "No", "--temperature", "0", "--length", "6");
    expect(text).toBe(`No${decodeTokens(tokens, V)}\n`);
  });

  test("writes the same with the cache and without, while the text fits", () => {
    const args = ["--prompt", "To", "--seed", "5", "--length", "8", "--temperature", "1"];
    const text = written(...args);
    expect(text.length).toBeGreaterThan(3);
    expect(written(...args, "--no-cache")).toBe(text);
  });

  test("writes on when the text has become longer than the model reads, and ends with the text", () => {
    const long = written("--seed", "2", "--length", "60", "--temperature", "1", "--top-k", "50");
    expect(long.length).toBeGreaterThan(11);
  });

  test("top-k 1 is the likeliest, another seed another text, the same the same", () => {
    const at = (...args: string[]) => written("--prompt", "No", "--length", "8", ...args);
    expect(at("--top-k", "1", "--seed", "1")).toBe(at("--temperature", "0"));
    const one = at("--temperature", "1", "--seed", "1");
    expect(at("--temperature", "1", "--seed", "1")).toBe(one);
    expect(at("--temperature", "1", "--seed", "2")).not.toBe(one);
  });

  test("shows each token as it comes", async () => {
    const args = [
      ...model,
      "--length",
      "100000",
      "--temperature",
      "1",
      "--seed",
      "1",
      "--top-k",
      "30",
    ];
    const child = spawn(process.execPath, [`${root}scripts/generate.ts`, ...args]);
    await once(child.stdout, "data");
    child.kill("SIGINT"); // long before its end
    const [status, signal] = await once(child, "close");
    expect([status, signal]).toEqual([null, "SIGINT"]);
  });

  test.each<[string, string[], number, string]>([
    ["no model", ["--prompt", "a"], 2, "--model is missing"],
    ["a model that does not exist", ["--model", "none.bin"], 1, "none.bin does not exist"],
    ["what is no model", ["--model", odd("losses.txt")], 1, "losses.txt: "],
    ["tokens as a model", ["--model", odd("train.bin")], 1, "train.bin: "],
    ["a top-p over 1", [...model, "--top-p", "2"], 2, "--top-p is 2, expected a number from"],
    ["a temperature below 0", [...model, "--temperature=-1"], 2, "--temperature is -1"],
  ])("refuses %s in one sentence", (_, args, expected, message) => {
    const { status, stdout, stderr } = run("generate", args);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(expected);
  });
});

test("with --weights q8_0 a model writes what it writes from a GGUF in Q8_0, on every processor tier", () => {
  const folder = mkdtempSync(join(tmpdir(), "q8-"));
  try {
    const [path, gguf] = ["run.safetensors", "run.gguf"].map((name) => join(folder, name));
    const sizes = [
      "--L",
      "2",
      "--NH",
      "2",
      "--C",
      "64",
      "--T",
      "32",
      "--steps",
      "30",
      "--lr",
      "5e-3",
    ];
    const quiet = ["--sample-every", "0", "--backend", "wasm", "--threads", "1"];
    const trained = run("train", [...sizes, ...quiet, "--save", path]);
    expect(trained.stderr).toContain("written");
    expect(run("convert", [path, gguf, "--to", "gguf-q8_0"]).status).toBe(0);
    for (const backend of ["wasm", "typescript"]) {
      const text = (...args: string[]) => {
        const fixed = [
          "--temperature",
          "0",
          "--length",
          "20",
          "--prompt",
          "The",
          "--backend",
          backend,
        ];
        const { status, stdout, stderr } = run("generate", [...args, ...fixed]);
        expect(stderr).toContain("20 tokens");
        expect(status).toBe(0);
        return { stdout, stderr };
      };
      const eight = text("--model", path, "--weights", "q8_0");
      expect(eight.stderr).toContain("matrices in q8_0");
      expect(eight.stdout).toBe(text("--model", gguf).stdout);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
