// Commands on checkpoints whose vocabulary is that of their text.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { blobSource } from "@llm.ts/kernels/formats/source.ts";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Command } from "../../src/commands/command.ts";
import { convert } from "../../src/commands/convert.ts";
import { generate } from "../../src/commands/generate.ts";
import { train } from "../../src/commands/train.ts";
import { writeCheckpoint } from "../../src/training/checkpoint.ts";
import { planRun } from "../../src/training/plan.ts";
import { Session } from "../../src/training/session.ts";
import { checkSettings, defaults, type Settings } from "../../src/training/settings.ts";
import {
  charactersOf,
  decodeWith,
  type OwnVocabulary,
  pairsOf,
  tokenizerOf,
} from "../../src/training/tokenizers.ts";
import { call } from "./inprocess.ts";

const words = "the cat that sat at the mat had a hat that the other cat ate\n\n".repeat(4);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vocabulary-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const path = (name: string) => join(folder, name);

/** Writes the checkpoint of a run of a few steps. */
async function trained(vocabulary: OwnVocabulary): Promise<Session<unknown, unknown>> {
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
  const chunks: Uint8Array[] = [];
  await writeCheckpoint(session.progress(), session.parts(), (bytes) => {
    chunks.push(bytes.slice());
  });
  writeFileSync(path("run.safetensors"), Buffer.concat(chunks));
  return session as Session<unknown, unknown>;
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
