// npm run generate: a model writes on after a prompt. Each token is shown as it comes, and costs one row of the forward pass.

import { cachedReader } from "@llm.ts/kernels/model/cache.ts";
import type { WeightFormat } from "@llm.ts/kernels/model/memory.ts";
import { generateWith, generate as generateWithout } from "@llm.ts/kernels/model/sample.ts";
import { type AnyModel, createModelOf } from "@llm.ts/kernels/models.ts";
import type { OpenWeights } from "../training/opening.ts";
import { openTokenizer } from "../training/published.ts";
import { encode, endOfText } from "../training/tokenizer.ts";
import { type TextVocabulary, tokenizerOf } from "../training/tokenizers.ts";
import { narrowTokens } from "../training/vocabulary.ts";
import { fillParameters } from "../training/weights.ts";
import { backendFlags, nameOf, openBackend } from "./backends.ts";
import { type Command, type Flags, positive, UsageError } from "./command.ts";
import { fileAt, refuseOtherTokens, withWeights } from "./convert.read.ts";
import { pathOf } from "./files.ts";

const flags = {
  model: {
    takes: "FILE",
    says: "a checkpoint of llm.c (.bin), safetensors, GGUF, a checkpoint of npm run train or of the\nsite; or the folder of a GPT-2, Llama, Mistral or Gemma from Hugging Face",
  },
  prompt: { takes: "TEXT", says: "what to go on from. Default: the beginning of a text" },
  length: {
    takes: "N",
    range: positive,
    says: "most tokens to write; a text may end before. Default: 256",
  },
  temperature: {
    takes: "X",
    range: [0, 100],
    says: "0: always the likeliest token; 1: as the model has it. Default: 0.8",
  },
  "top-k": {
    takes: "N",
    range: positive,
    says: "likeliest tokens to draw from. Default: 40",
  },
  "top-p": {
    takes: "X",
    range: [1e-9, 1],
    says: "probability of the likeliest to draw from. Default: 1",
  },
  seed: {
    takes: "N",
    range: [0, 2 ** 32 - 1, "whole"],
    says: "the same gives the same text. Default: another every time",
  },
  weights: {
    takes: "NAME",
    choices: ["float32", "q8_0"],
    says: "how matrices are kept: q8_0 in 8 bits, as llama.cpp has them, in less than a third of\nthe memory. Default: float32",
  },
  "no-cache": { says: "compute every token's row again for each new one, to compare" },
  ...backendFlags,
} as const;

type Name = keyof typeof flags;

export const generate: Command<Name> = {
  name: "generate",
  does: "Lets a model write on after a prompt. The text goes to standard output as it comes, all else to standard error.",
  takes: [],
  flags,
  examples: ['--model run.safetensors --prompt "To be, or not"'],
  run,
};

async function run(flags: Flags<Name>): Promise<number> {
  const path = flags.text("model");
  if (path === undefined) throw new UsageError("--model is missing: name the file of a model");
  return withWeights(fileAt(pathOf(path)), undefined, (weights) => writeOn(weights, flags));
}

async function writeOn(weights: OpenWeights, flags: Flags<Name>): Promise<number> {
  const { config } = weights;
  const words = await wordsOf(weights);
  const prompt = flags.text("prompt") ?? "";
  const ids = words.encode(prompt);
  // A text that never outgrows T is the same with any T, and memory for maxT is more than a long Llama can have.
  const T = Math.min(config.maxT, ids.length + lengthOf(flags));
  const format = (flags.text("weights") ?? "float32") as WeightFormat;
  const options = {
    ...{ B: 1, T, training: false, weights: format },
    attention: "recomputed" as const,
  };
  const computer = await openBackend(flags, { config, options });
  try {
    const model = createModelOf(computer.backend, config, options);
    await fillParameters(model, weights);
    const kept = format === "float32" ? "" : `, matrices in ${format}`;
    process.stderr.write(`${weights.says}${kept}, computed by ${nameOf(computer)}\n`);
    await write(model, words, prompt, ids, flags);
    return 0;
  } finally {
    computer.close();
  }
}

const lengthOf = (flags: Flags<Name>): number => flags.number("length") ?? 256;

/** How the model's tokens are made from text, and text from them. */
interface Words {
  encode(prompt: string): ArrayLike<number>;
  ends(id: number): boolean;
  /** Takes the tokens that come after these, and gives the bytes of each. */
  writer(ids: ArrayLike<number>): (id: number) => Uint8Array;
}

async function wordsOf(weights: OpenWeights): Promise<Words> {
  const { own, published, config } = weights;
  const { V } = config;
  if (published) {
    const tokenizer = await openTokenizer(published, V);
    return {
      encode: (prompt) => tokenizer.encode(prompt),
      ends: (id) => tokenizer.ends(id),
      writer(ids) {
        const next = tokenizer.writer(Array.from(ids));
        return (id) => new TextEncoder().encode(next(id));
      },
    };
  }
  refuseOtherTokens(weights);
  const tokenizer = tokenizerOf(own, V);
  return {
    encode: (prompt) => idsOf(prompt, own, V),
    ends: (id) => id === V - 1, // <|endoftext|>
    writer: () => (id) => Uint8Array.from(tokenizer.bytes(id)),
  };
}

/** A prompt as the model reads it. With a vocabulary of its own it has only seen prompts at the beginning of a text. */
function idsOf(prompt: string, own: TextVocabulary | undefined, V: number): ArrayLike<number> {
  if (!own) return narrowTokens(prompt === "" ? [endOfText] : encode(prompt), V);
  return prompt === "" ? [V - 1] : tokenizerOf(own, V).encode(prompt);
}

async function write<Tensor, Ids>(
  model: AnyModel<Tensor, Ids>,
  words: Words,
  prompt: string,
  ids: ArrayLike<number>,
  flags: Flags<Name>,
): Promise<void> {
  const { V } = model.config;
  const options = {
    temperature: flags.number("temperature") ?? 0.8,
    topK: Math.min(flags.number("top-k") ?? 40, V),
    topP: flags.number("top-p") ?? 1,
  };
  const random = { seed: flags.number("seed") ?? Math.floor(Math.random() * 2 ** 32), counter: 0 };
  const length = lengthOf(flags);

  const tokens = flags.on("no-cache")
    ? generateWithout(model, ids, options, random)
    : generateWith(cachedReader(model), V, ids, options, random);
  const show = createWriter();
  const bytes = words.writer(ids);
  show.text(prompt);
  const began = performance.now();
  let first = 0; // milliseconds until the prompt was read and the first token drawn
  let written = 0;
  for await (const id of tokens) {
    written++;
    if (written === 1) first = performance.now() - began;
    if (words.ends(id)) break;
    show.bytes(bytes(id));
    if (written === length) break;
    await new Promise((done) => setImmediate(done)); // what is written leaves, and a signal is heard
  }
  show.end();
  const rest = performance.now() - began - first;
  const each = written > 1 ? `, then ${(rest / (written - 1)).toFixed(1)} ms a token` : "";
  process.stderr.write(
    `${ids.length} tokens read and one written in ${first.toFixed(0)} ms${each}; ${written} tokens, seed ${random.seed}\n`,
  );
}

/** Writes text and the bytes of tokens, of which one may hold only a part of a character. */
function createWriter() {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const write = (text: string) => {
    // A model that has learned little writes any byte, and a terminal would obey some of them.
    const safe = process.stdout.isTTY ? text.replace(/(?![\n\t])\p{Cc}/gu, "") : text;
    if (safe) process.stdout.write(safe);
  };
  return {
    text: write,
    bytes: (bytes: Uint8Array) => write(decoder.decode(bytes, { stream: true })),
    end: () => write(`${decoder.decode()}\n`),
  };
}
