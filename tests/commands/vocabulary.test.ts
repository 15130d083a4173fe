// Commands on checkpoints whose vocabulary is that of their text.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { openLlama } from "@llm.ts/kernels/formats/huggingface.llama.ts";
import { readSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { blobSource, memorySource } from "@llm.ts/kernels/formats/source.ts";
import { readTokens, writeTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Command } from "../../src/commands/command.ts";
import { convert } from "../../src/commands/convert.ts";
import { evaluate } from "../../src/commands/evaluate.ts";
import { generate } from "../../src/commands/generate.ts";
import { train } from "../../src/commands/train.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { readProgress } from "../../src/training/progress.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import {
  charactersOf,
  decodeWith,
  openTokenizerOf,
  pairsOf,
  type TextVocabulary,
  tokenizerOf,
} from "../../src/training/tokenizers.ts";
import { textOf } from "../../src/training/vocabulary.ts";
import * as published from "../llama/published.ts";
import { call } from "./inprocess.ts";

const words = "the cat that sat at the mat had a hat that the other cat ate\n\n".repeat(4);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vocabulary-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const path = (name: string) => join(folder, name);

/** Writes the checkpoint of a run of a few steps. */
async function trained(vocabulary: TextVocabulary): Promise<Session<unknown, unknown>> {
  const { V, encode } = tokenizerOf(vocabulary, 0);
  const settings = checkSettings({
    ...defaults.tiny,
    ...{ B: 2, T: 8, steps: 3, warmup: 1, learningRate: 0.01, vocabulary: vocabulary.kind },
    ...(vocabulary.kind === "pairs" && { vocabularySize: V }),
    sizes: { maxT: 16, V, Vp: 384, L: 1, NH: 2, C: 16 },
  } as Settings);
  const ids = encode(words);
  const text = { name: "words", train: ids, validation: ids, vocabulary };
  const session = new Session(createCpu(), planRun(settings, "TypeScript"), text);
  for (let step = 0; step < 3; step++) await session.train();
  await keep(session);
  return session as Session<unknown, unknown>;
}

async function keep<Tensor, Ids>(session: Session<Tensor, Ids>, name = "run.safetensors") {
  const chunks: Uint8Array[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    chunks.push(bytes.slice());
  });
  writeFileSync(path(name), Buffer.concat(chunks));
}

async function refusal<Name extends string>(command: Command<Name>, ...args: string[]) {
  const { status, stderr } = await call(command, ...args);
  expect(status).toBeGreaterThan(0);
  expect(stderr.trim().split("\n").at(-1)).toMatch(/^npm run \w+: /);
  return stderr;
}

describe.each([
  ["characters", charactersOf(words, false)],
  ["pairs", pairsOf(words, false, 270)],
] as const)("of %s", (kind, vocabulary) => {
  test("what is written is read and spelled in it", async () => {
    const session = await trained(vocabulary);
    const sampling = { prompt: "the", temperature: 0, topK: 1, topP: 1, length: 6 };
    const sample = await session.sample(sampling, async () => true);
    const args = ["--prompt", "the", "--temperature", "0", "--length", "6"];
    const { stdout } = await call(
      generate,
      ...["--model", path("run.safetensors"), "--backend", "typescript", ...args],
    );
    expect(stdout.trimEnd()).toBe(`the${sample?.text.split("<|endoftext|>")[0]}`.trimEnd());
    expect(stdout.length).toBeGreaterThan(4);
  });

  test("no other text is trained on", async () => {
    await trained(vocabulary);
    const said = await refusal(train, "--model", path("run.safetensors"), "--steps", "1");
    expect(said).toContain(`a vocabulary of its own, the ${kind} of its text`);
    expect(said).toContain("--resume");
  });
});

test("characters do not go into a GGUF, and a folder is without a tokenizer", async () => {
  await trained(charactersOf(words, false));
  const said = await refusal(convert, path("run.safetensors"), path("run.gguf"));
  expect(said).toContain("GGUF has no form for a vocabulary of characters");
  const { stdout } = await call(convert, path("run.safetensors"), path("run"));
  expect(stdout).toContain("there is no tokenizer.json for these");
  expect(() => readFileSync(path("run/tokenizer.json"))).toThrow("ENOENT");
});

test("pairs go into a GGUF and a folder as they are", async () => {
  const vocabulary = pairsOf(words, false, 270);
  await trained(vocabulary);
  const tokenizer = tokenizerOf(vocabulary, 0);
  await call(convert, path("run.safetensors"), path("run.gguf"));
  const gguf = await openGguf(blobSource(new Blob([readFileSync(path("run.gguf"))])));
  expect(gguf.vocabulary).toEqual(tokenizer.vocabulary());
  expect(decodeWith(tokenizer, [256]).text).toBe("at"); // the pair that is there most
  expect(gguf.vocabulary?.tokens[256]).toBe("at");
  await call(convert, path("run.safetensors"), path("run"));
  const { model } = JSON.parse(readFileSync(path("run/tokenizer.json"), "utf8"));
  expect(model.merges).toEqual(tokenizer.vocabulary()?.merges);
});

test("a run in the tokens of a published model is written with, goes on, and gives its tokenizer out", async () => {
  const own = {
    kind: "published",
    tokenizer: published.tokenizer,
    config: published.config,
  } as const;
  const llama = await openLlama(own.config, [
    { name: "model.safetensors", source: memorySource(published.weights) },
  ]);
  const tokenizer = await openTokenizerOf(own, llama.config.V);
  const settings = checkSettings({
    ...defaults.tiny,
    ...{ B: 1, T: 8, steps: 3, warmup: 1, learningRate: 0.01, vocabulary: "published" },
    sizes: llama.config,
  } as Settings);
  const ids = tokenizer.encode(published.text);
  const text = { name: "words", train: ids, validation: ids, vocabulary: own, tokenizer };
  const session = new Session(createCpu(), planRun(settings, "TypeScript"), text);
  await session.beginWith("model.safetensors", llama);
  await session.train();
  await keep(session);
  const run = path("run.safetensors");
  const model = ["--model", run, "--backend", "typescript"];
  const sampling = { prompt: "ba", temperature: 0, topK: 1, topP: 1, length: 5 };
  const sample = await session.sample(sampling, async () => true);
  const args = ["--prompt", "ba", "--temperature", "0", "--length", "5"];
  const { stdout } = await call(generate, ...model, ...args);
  expect(stdout.trimEnd()).toBe(`ba${sample?.text.split("<|endoftext|>")[0]}`.trimEnd());
  expect(stdout.length).toBeGreaterThan(4);

  const on = ["--steps", "3", "--backend", "typescript", "--save", path("on.safetensors")];
  expect((await call(train, "--resume", run, ...on)).status).toBe(0);
  for (let step = 1; step < 3; step++) await session.train();
  await keep(session, "here.safetensors");
  const [there, here] = ["on", "here"].map(
    (name) => readSafetensors(readFileSync(path(`${name}.safetensors`))).tensors,
  );
  const key = "parameters.wte";
  expect(there.get(key)?.data).toEqual(here.get(key)?.data);

  await call(convert, run, path("run"));
  expect(readFileSync(path("run/tokenizer.json"), "utf8")).toBe(own.tokenizer);
});

describe("a Llama that was trained here", () => {
  const small = ["--B", "1", "--T", "8", "--steps", "1", "--val-batches", "1", "--val-every", "1"];
  const quiet = ["--sample-every", "0", "--json", "--backend", "typescript"];
  const begin = (model: string, ...more: string[]) =>
    call(train, "--model", model, ...small, ...quiet, ...more);
  const validations = (stdout: string): number[] =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === "validation")
      .map(({ loss }) => loss);

  test("is begun with from its checkpoint and from every file that is made of it: its tokens are GPT-2's", async () => {
    const run = path("run.safetensors");
    const sizes = ["--L", "1", "--C", "32", "--NH", "2", "--NKV", "1", "--F", "32"];
    const { stdout } = await begin("llama-tiny", ...sizes, "--lr", "0.01", "--save", run);
    const after = validations(stdout).at(-1);
    for (const name of ["weights.safetensors", "folder", "model.gguf"]) {
      expect((await call(convert, run, path(name))).stderr).toBe("");
    }
    for (const name of ["run.safetensors", "weights.safetensors", "folder", "model.gguf"]) {
      const again = await begin(path(name));
      expect(again.stderr, name).toBe("");
      expect(validations(again.stdout)[0], name).toBe(after);
    }
    const write = ["--length", "2", "--backend", "typescript"];
    const { status } = await call(generate, "--model", path("weights.safetensors"), ...write);
    expect(status).toBe(0);
  });

  test("on pairs of its own text says so in safetensors, and nothing is written with GPT-2's tokens then", async () => {
    writeFileSync(path("words.txt"), words);
    const run = path("run.safetensors");
    const pairs = [
      "--text",
      path("words.txt"),
      "--vocabulary",
      "pairs",
      "--vocabulary-size",
      "260",
    ];
    expect((await begin("llama-tiny", "--L", "1", ...pairs, "--save", run)).stderr).toBe("");
    const weights = path("weights.safetensors");
    await call(convert, run, weights);
    for (const command of [generate, train] as const) {
      expect(await refusal(command as Command<"model">, "--model", weights)).toContain(
        "it was trained on other tokens than GPT-2's (pairs), which are not in this file",
      );
    }
    const { stdout } = await call(convert, weights, path("model.gguf"));
    expect(stdout).toContain("It is written without tokens");
  });
});

describe("a published model", () => {
  /** Its folder, with or without its tokenizer. */
  function folderOf(beside: Record<string, string>): string {
    const at = path("model");
    mkdirSync(at);
    const files = { ...published.inParts(), "config.json": published.config, ...beside };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
    return at;
  }
  const small = ["--backend", "typescript", "--B", "1", "--T", "8", "--lr", "0.02"];
  const measured = ["--val-batches", "1", "--sample-every", "0", "--json"];
  const steps = (count: number) => ["--steps", `${count}`, "--val-every", `${count}`];
  const lossesIn = (stdout: string, type: string): number[] =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter((line) => line.type === type)
      .map(({ loss }) => loss);

  test("begins with PyTorch's loss on a text in its tokens, learns it, and its checkpoint writes on", async () => {
    const at = folderOf({ "tokenizer.json": published.tokenizer });
    writeFileSync(path("text.txt"), published.text);
    const saved = path("run.safetensors");
    const flags = [...small, ...steps(40), ...measured, "--text", path("text.txt")];
    const { stdout } = await call(train, "--model", at, ...flags, "--save", saved);
    expect(lossesIn(stdout, "validation")[0]).toBeCloseTo(published.lossOfText(), 4);
    const losses = lossesIn(stdout, "step");
    expect(losses).toHaveLength(40);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const { vocabulary } = await readProgress(memorySource(readFileSync(saved)));
    expect(vocabulary).toMatchObject({ kind: "published", tokenizer: published.tokenizer });

    const begun = ["--model", saved, ...small, ...steps(1), ...measured];
    const again = await call(train, ...begun, "--text", path("text.txt"));
    expect(lossesIn(again.stdout, "step")[0]).toBeLessThan(losses[0] / 2); // from the weights of that run
    const prompt = ["--prompt", "mn bad", "--temperature", "0", "--length", "4"];
    const { stdout: written } = await call(
      generate,
      "--model",
      saved,
      "--backend",
      "typescript",
      ...prompt,
    );
    expect(written).toMatch(/^mn bad dog/); // as the text goes on
  });

  test("takes token files in its tokens as they are, and the course's own text in its tokens", async () => {
    const at = folderOf({ "tokenizer.json": published.tokenizer });
    const ids = Uint16Array.from({ length: 40 }, (_, i) => i % 19);
    writeFileSync(path("mine.bin"), writeTokens(ids));
    const files = ["--train", path("mine.bin"), "--val", path("mine.bin")];
    const { stdout } = await call(
      train,
      "--model",
      at,
      ...small,
      ...steps(30),
      ...measured,
      ...files,
    );
    const losses = lossesIn(stdout, "step");
    expect(losses.at(-1)).toBeLessThan(losses[0] / 4); // each token after the one before it

    writeFileSync(path("mine.bin"), writeTokens(ids.map((id) => (id === 7 ? 19 : id))));
    expect(await refusal(train, "--model", at, ...small, ...files)).toContain(
      "mine.bin: it has a token 19, but the model knows 19 tokens: encode the text with the model's own tokenizer, or give it as --text",
    );

    const own = {
      kind: "published",
      tokenizer: published.tokenizer,
      config: published.config,
    } as const;
    const { encode } = await openTokenizerOf(own, 19);
    for (const part of ["train", "val"]) {
      const tokens = readTokens(readFileSync(`public/data/tiny_shakespeare_${part}.bin`));
      writeFileSync(path(`${part}.bin`), writeTokens(encode(textOf(tokens))));
    }
    const encoded = ["--train", path("train.bin"), "--val", path("val.bin")];
    const lossesOn = async (...text: string[]) => {
      const flags = [...small, ...steps(30), ...measured, ...text];
      const { stdout } = await call(train, "--model", at, ...flags);
      return [...lossesIn(stdout, "validation"), ...lossesIn(stdout, "step")];
    };
    const course = await lossesOn();
    expect(course).toHaveLength(2 + 30);
    expect(await lossesOn(...encoded)).toEqual(course);
  });

  test("without its tokenizer is refused, and so is a text too large for it", async () => {
    const at = folderOf({});
    writeFileSync(path("text.txt"), published.text);
    const text = ["--text", path("text.txt")];
    const unknown =
      "its tokens are not in this file: its tokenizer.json has them, and belongs beside it";
    expect(await refusal(train, "--model", at, ...small, ...text)).toContain(unknown);
    expect(await refusal(generate, "--model", at)).toContain(unknown);
    expect(await refusal(evaluate, "--model", at, ...text)).toContain(unknown);
    writeFileSync(join(at, "tokenizer.json"), published.tokenizer);
    writeFileSync(path("text.txt"), "mn bad ".repeat(720_000));
    expect(await refusal(train, "--model", at, ...small, ...text)).toContain(
      "The text is 5,040,000 bytes long. The model's own tokenizer is given up to 5,000,000 at once here",
    );
  });
});
