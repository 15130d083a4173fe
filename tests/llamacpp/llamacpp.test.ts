// What `npm run convert` writes as GGUF, loaded in real llama.cpp: it cuts texts into the same tokens, computes the same
// logits, and writes the same tokens on. Models of GPT-2's whole vocabulary, and of its beginning.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { writeModel } from "@llm.ts/kernels/formats/llmc.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { byParameter, initialValues } from "@llm.ts/kernels/gpt2/parameters.ts";
import { writeTensors } from "@llm.ts/kernels/model/model.ts";
import { afterAll, describe, expect, test } from "vitest";
import { encode } from "../../src/training/tokenizer.ts";
import { narrowTokens } from "../../src/training/vocabulary.ts";
import { run } from "../commands/run.ts";
import { random } from "../random.ts";
import { greedy, logitsOf, openLlama, withModel } from "./llama.ts";
import { difference, ourGreedy, ourLogits } from "./ours.ts";

const folder = mkdtempSync(join(tmpdir(), "llamacpp-"));
const llama = await openLlama();
afterAll(async () => {
  await llama.dispose();
  rmSync(folder, { recursive: true });
});

const T = 32;
const texts = [
  "Hello world, it's a test: they'll say 12345 naïve things, won't they?",
  "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.",
  "  two  blanks,\ttabs\r\n and\u00a0others   \n\n\n at the end  ",
  "Zoë 漢字 русский עברית 😀👩‍👩‍👧 x²⁺½ <|endoftext|> \u0001",
  "for (let i = 0; i < n; i++) { a[i] += b[i] ** 2; } // 'quoted'",
];

/** A model whose weights are so far apart that its likeliest tokens are no near ties. */
function weightsOf(config: Config, seed: number) {
  return byParameter((name) => {
    const values = initialValues(name, config, seed);
    const length = name === "wte" ? config.V * config.C : values.length;
    const spread = random(length, seed + name.length, name.endsWith("b") ? 0.3 : 0.5);
    for (let i = 0; i < length; i++) values[i] += spread[i];
    return values;
  });
}

/** Our own model, and the same as GGUF in every type, made by the command from llm.c's file. */
function made(config: Config, seed: number) {
  const options = { B: 1, T, rowsPerChunk: T, training: false };
  const model = createGPT2(createCpu(), config, options);
  const parameters = weightsOf(config, seed);
  writeTensors(model, "parameters", parameters);
  const file = join(folder, `${config.V}.bin`);
  writeFileSync(file, writeModel({ config, parameters }));
  const convert = (suffix: string) => {
    const out = join(folder, `${config.V}${suffix}.gguf`);
    expect(run("convert", [file, out])).toMatchObject({ status: 0, stderr: "" });
    return out;
  };
  return { model, files: { F32: convert(""), F16: convert("-f16"), Q8_0: convert("-q8_0") } };
}

// Seeds with which every one of our tokens leads by more than F16 and llama.cpp's cache of keys and values in float16 change.
const models: [what: string, config: Config, seed: number][] = [
  ["GPT-2's 50,257 tokens", { maxT: 256, V: 50257, Vp: 50304, L: 2, NH: 2, C: 64 }, 4],
  ["the first 1,023 and <|endoftext|>", { maxT: 256, V: 1024, Vp: 1024, L: 3, NH: 4, C: 96 }, 14],
];
const length = 20;

// Largest differences of logits, as parts of their spread. Measured for the two models: F32 0.0012 and 0.0006 (llama.cpp keeps
// keys and values in float16), F16 0.0010 and 0.0014, Q8_0 0.026 and 0.031 (what the matrices are multiplied with is rounded
// to 8 bits as well).
const tolerances = { F32: 0.003, F16: 0.004, Q8_0: 0.08 };

describe.each(models)("a model of %s", (_, config, seed) => {
  const model = made(config, seed);
  const cut = (text: string) => Array.from(narrowTokens(encode(text), config.V));
  const prompt = cut(texts[0]).slice(0, 8);

  test("llama.cpp cuts texts into our tokens, and knows the one that ends them", async () => {
    await withModel(llama, model.files.F32, config.maxT, async (theirs) => {
      for (const text of texts) expect(theirs.tokenize(text, false), text).toEqual(cut(text));
      expect(theirs.tokenize("a<|endoftext|>", true)).toEqual([...cut("a"), config.V - 1]);
      expect(theirs.detokenize(cut(texts[3]))).toBe(texts[3]);
      expect(theirs.tokens).toMatchObject({ bos: config.V - 1, eos: config.V - 1 });
      expect(theirs.trainContextSize).toBe(config.maxT);
    });
  });

  test.each(["F32", "F16"] as const)(
    "in %s llama.cpp has our logits, and writes our tokens on",
    async (dtype) => {
      const { tokens, leads } = await ourGreedy(model.model, prompt, length);
      const text = [...prompt, ...tokens.slice(0, 4)];
      const expected = await ourLogits(model.model, text);
      expect(new Set(tokens).size).toBeGreaterThan(length / 2);
      expect(Math.min(...leads)).toBeGreaterThan(0.05);
      await withModel(llama, model.files[dtype], config.maxT, async (_, sequence) => {
        expect(await greedy(sequence, prompt, length)).toEqual(tokens);
        const largest = difference(await logitsOf(sequence, text), expected);
        console.log(`${dtype}, V = ${config.V}: largest difference ${largest.toFixed(5)}`);
        expect(largest).toBeLessThan(tolerances[dtype]);
      });
    },
  );

  test("in Q8_0 its logits are near ours, and of its tokens none is far from our likeliest", async () => {
    const text = [...prompt, ...cut(texts[1]).slice(0, 4)];
    const expected = await ourLogits(model.model, text);
    await withModel(llama, model.files.Q8_0, config.maxT, async (_, sequence) => {
      const largest = difference(await logitsOf(sequence, text), expected);
      console.log(`Q8_0, V = ${config.V}: largest difference ${largest.toFixed(5)}`);
      expect(largest).toBeLessThan(tolerances.Q8_0);
      const tokens = await greedy(sequence, prompt, length);
      const logits = await ourLogits(model.model, [...prompt, ...tokens]);
      tokens.forEach((token, i) => {
        const row = Array.from(logits[prompt.length - 1 + i]);
        const [highest, lowest] = [Math.max(...row), Math.min(...row)];
        expect(row[token]).toBeGreaterThan(highest - tolerances.Q8_0 * (highest - lowest));
      });
    });
  });
});
