// Opens a file with weights, of any kind that there is. What it is, is told by its content.

import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { enoughToTell, foreign } from "@llm.ts/kernels/formats/foreign.ts";
import { openGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { nameOfMagic } from "@llm.ts/kernels/formats/header.ts";
import { readHeads } from "@llm.ts/kernels/formats/huggingface.config.ts";
import { isLlamaConfig } from "@llm.ts/kernels/formats/huggingface.llama.config.ts";
import {
  configNote,
  type FilePart,
  openLlama,
  partsOf,
} from "@llm.ts/kernels/formats/huggingface.llama.ts";
import {
  isLikeGpt2,
  readTokenizer,
  saysMore,
} from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { openHuggingFace, weightsOf } from "@llm.ts/kernels/formats/huggingface.ts";
import { openModel } from "@llm.ts/kernels/formats/llmc.ts";
import { type Entry, openSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { bytesOf, type Source } from "@llm.ts/kernels/formats/source.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import { checkFinite, type Weights } from "@llm.ts/kernels/formats/weights.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import { namesOf, shapeOf } from "@llm.ts/kernels/model/parameters.ts";
import { outlineOf } from "@llm.ts/kernels/models.ts";
import { verifyCheckpoint } from "../training/checkpoint.ts";
import { vocabularyOf } from "../training/merges.ts";
import { readProgress } from "../training/progress.ts";
import { configOf } from "../training/settings.ts";
import type { OwnVocabulary } from "../training/tokenizers.ts";
import { type OpenFile, openFile, reading, readWhole } from "./files.ts";
import type { PublishedTokens } from "./published.ts";

/** Where the parameters of a model come from, whatever file they are in. */
export interface OpenWeights extends Weights {
  readonly says: string; // what kind of file it is
  readonly vocabulary?: Vocabulary; // if the file, or one beside it, has the tokens
  readonly own?: OwnVocabulary; // of the text that it was trained on, where the file says so
  readonly otherTokens?: string; // how tokens are made that are not as GPT-2's are
  readonly published?: PublishedTokens; // the tokenizer that was published with it, unless it is GPT-2's
  readonly notes: readonly string[]; // what does not come along, or was taken for granted, in whole sentences
}

export type FileKind = "llm.c model" | "llm.c debug state" | "GGUF" | "checkpoint" | "safetensors";

/** How a debug state that was turned into safetensors says so; see convert.state.ts. */
export const stateFormat = "llm.c debug state";

/**
 * Tells what a file is.
 *
 * @throws FormatError if it is nothing that can be read here
 */
export async function kindOf(source: Source): Promise<FileKind> {
  const first = new Uint8Array(Math.min(enoughToTell, source.size));
  await source.read(first, 0);
  if (first.length < 8) {
    throw new FormatError(`it has ${first.length} bytes: it is truncated, or no model`);
  }
  const magic = new DataView(first.buffer).getInt32(0, true);
  if (magic === 20240326) return "llm.c model";
  if (magic === 20240327) return "llm.c debug state";
  if (String.fromCharCode(...first.subarray(0, 4)) === "GGUF") return "GGUF";
  const known = nameOfMagic(magic);
  if (known) throw new FormatError(`it is ${known}, which has no weights in it`);
  if (String.fromCharCode(first[8] ?? 0) !== "{") {
    throw new FormatError(
      foreign(first) ??
        `it begins with the number ${magic}, and is no model or debug state of llm.c (20240326, 20240327), no safetensors and no GGUF`,
    );
  }
  const { metadata } = await openSafetensors(source);
  if (metadata.format?.startsWith("llm.ts checkpoint")) return "checkpoint";
  return metadata.format === stateFormat ? "llm.c debug state" : "safetensors";
}

const indexName = "model.safetensors.index.json";

/** Whether the file is none with weights, but a list of those. */
export const isIndex = (path: string): boolean => path.endsWith(".index.json");

/** The file that a path means: of a folder its model.safetensors, or the list of its parts. */
export function fileAt(path: string): string {
  const folder = existsSync(path) && statSync(path).isDirectory();
  if (!folder) return path;
  const whole = join(path, "model.safetensors");
  const index = join(path, indexName);
  return !existsSync(whole) && existsSync(index) ? index : whole;
}

/**
 * Uses the weights of a file, which is open for so long.
 *
 * @param path of the file, or of a folder as Hugging Face publishes it
 * @param heads for safetensors that do not say how many
 * @throws Error if the file cannot be read, FormatError if there is no model in it that is computed here
 */
export async function withWeights<Result>(
  path: string,
  heads: number | undefined,
  use: (weights: OpenWeights) => Promise<Result>,
): Promise<Result> {
  const files: OpenFile[] = [];
  const open = (path: string): Source => {
    const file = openFile(path);
    files.push(file);
    return file;
  };
  try {
    const weights = await reading(path, () =>
      isIndex(path) ? openParts(path, open, heads) : openWeights(open(path), path, heads),
    );
    const read: Weights["read"] = (...piece) => reading(path, () => weights.read(...piece));
    return await use({ ...weights, read });
  } finally {
    for (const file of files) file.close();
  }
}

async function openWeights(
  source: Source,
  path: string,
  heads: number | undefined,
): Promise<OpenWeights> {
  const kind = await kindOf(source);
  switch (kind) {
    case "llm.c model":
      return openLlmc(source);
    case "GGUF":
      return openLlamaCpp(source);
    case "checkpoint":
      return openCheckpoint(source);
    case "safetensors":
      return openPublished(source, path, heads);
    case "llm.c debug state":
      throw new FormatError("it is a debug state: it has gradients in it, and no weights");
  }
}

async function openLlmc(source: Source): Promise<OpenWeights> {
  const { config, dtype, read } = await openModel(source);
  const { V, Vp, C } = config;
  const notes = [];
  const padding = new Float32Array((Vp - V) * C);
  await read("wte", V * C, padding);
  if (padding.some((value) => value !== 0)) {
    notes.push(
      `The rows of wte from ${V} on, which no token has, are not 0; only files of llm.c keep them.`,
    );
  }
  if (Vp !== paddedVocabulary(V)) {
    notes.push(`V is padded to ${Vp}; only files of llm.c keep that, others come back with less.`);
  }
  return { config, read, says: `llm.c's model in ${dtype}`, notes };
}

async function openLlamaCpp(source: Source): Promise<OpenWeights> {
  const { dtypes, config, read, ...tokens } = await openGguf(source);
  const says = `GGUF in ${dtypes.join(" and ")}`;
  return { config, read, ...unlessKnown(tokens, config.V), says, notes: [] };
}

async function openCheckpoint(source: Source): Promise<OpenWeights> {
  await verifyCheckpoint(source);
  const { settings, step, vocabulary: own } = await readProgress(source);
  const config = configOf(settings);
  const { entries, start } = await openSafetensors(source);
  const { parameters } = outlineOf(config);
  for (const name of namesOf(parameters)) {
    const { dtype, shape } = entries.get(`parameters.${name}`) ?? {};
    if (dtype === "F32" && `${shape}` === `${shapeOf(parameters, name, config)}`) continue;
    throw new FormatError(`its parameters.${name} is not that of the model that it names`);
  }
  return {
    config,
    ...(own && { own }),
    says: `a checkpoint of this project after ${step} steps`,
    notes: ["Only the weights come along: text, history, m and v stay behind."],
    async read(name, at, into) {
      const { begin } = entries.get(`parameters.${name}`) as Entry;
      await source.read(bytesOf(into), start + begin + 4 * at);
      checkFinite(`its parameter ${name}`, at, into);
    },
  };
}

async function openPublished(
  source: Source,
  path: string,
  heads: number | undefined,
): Promise<OpenWeights> {
  const { metadata, entries } = await openSafetensors(source);
  const config = metadata[configNote] ?? beside(path, "config.json");
  if (config !== undefined && isLlamaConfig(config)) {
    return openFamily(config, [{ name: basename(path), source }], path, heads);
  }
  if ([...entries.keys()].some((name) => name.includes(".self_attn."))) {
    throw new FormatError(
      "it holds no GPT-2, but perhaps a Llama, Mistral or Gemma: put its config.json beside it, which says what it is",
    );
  }
  return openGpt2(source, path, heads);
}

/** A model in several files, which its index lists. */
function openParts(
  path: string,
  open: (path: string) => Source,
  heads: number | undefined,
): Promise<OpenWeights> {
  const index = new TextDecoder().decode(readWhole(path));
  const config = beside(path, "config.json");
  if (config === undefined || !isLlamaConfig(config)) {
    throw new FormatError(
      "of models in several files Llama, Mistral and Gemma are read here, and there is no config.json beside it that says it is one",
    );
  }
  const parts = partsOf(index).map((name) => ({ name, source: open(join(dirname(path), name)) }));
  return openFamily(config, parts, path, heads, index);
}

async function openFamily(
  config: string,
  parts: readonly FilePart[],
  path: string,
  heads: number | undefined,
  index?: string,
): Promise<OpenWeights> {
  if (heads !== undefined) {
    throw new FormatError("its config.json says how many heads it has: leave --heads out");
  }
  const file = await openLlama(config, parts, index);
  const says = `Hugging Face's ${basename(path)}`;
  const described = beside(path, "config.json") ?? config;
  return { ...file, ...tokensOf(path, file.config.V, described), says };
}

type Tokens = Pick<OpenWeights, "vocabulary" | "published" | "otherTokens">;

/** The tokens that are beside the weights. @param config which says how a text begins and ends; without, as GPT-2's do */
function tokensOf(path: string, V: number, config = beside(path, "config.json")): Tokens {
  const tokenizer = beside(path, "tokenizer.json");
  if (tokenizer === undefined) return {};
  const settings = beside(path, "tokenizer_config.json");
  const vocabulary = isLikeGpt2(tokenizer) ? readTokenizer(tokenizer, V) : undefined;
  const end = vocabulary?.end ?? null;
  const published = {
    tokenizer,
    config: config ?? JSON.stringify({ bos_token_id: end, eos_token_id: end }),
    ...(settings && { settings }),
  };
  if (!vocabulary) return { published, otherTokens: "its tokenizer.json" };
  return unlessKnown({ vocabulary, published }, V);
}

/** Leaves a tokenizer aside that says nothing but GPT-2's tokens, or the first of them: those are known here. */
function unlessKnown(tokens: Tokens, V: number): Tokens {
  const { vocabulary, published } = tokens;
  if (!vocabulary || !published || saysMore(published, vocabulary)) return tokens;
  return isDeepStrictEqual(vocabulary, vocabularyOf(V)) ? { vocabulary } : tokens;
}

/** The text of a file in the same folder, if there is one. */
function beside(path: string, name: string): string | undefined {
  const other = join(dirname(path), name);
  return existsSync(other) ? new TextDecoder().decode(readWhole(other)) : undefined;
}

async function openGpt2(
  source: Source,
  path: string,
  heads: number | undefined,
): Promise<OpenWeights> {
  const file = await openHuggingFace(source, heads);
  const notes = [...file.notes];
  let { config } = file;
  if (file.headsFrom === "guess") {
    const text = beside(path, "config.json");
    if (text) config = { ...config, NH: readHeads(text, config) };
    else notes.push(guessed(config));
  }
  return {
    config,
    read: weightsOf(file).read,
    ...tokensOf(path, config.V),
    says: `Hugging Face's ${basename(path)}`,
    notes,
  };
}

/** @throws FormatError if the number of heads is a guess, and the model not one of OpenAI's, for which it is right */
function guessed({ L, C, NH }: Config): string {
  const published: Record<number, number> = { 12: 768, 24: 1024, 36: 1280, 48: 1600 }; // C by L
  if (published[L] === C) {
    return `It does not say how many heads it has; ${NH} as in OpenAI's GPT-2 of that size.`;
  }
  throw new FormatError(
    "it does not say how many heads it has: put its config.json beside it, or say --heads to npm run convert",
  );
}
