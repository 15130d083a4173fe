// Opens weights of any kind that there is, from a file and from what is beside it, wherever those are: on a disk, or among the
// files that a reader has chosen. What a file is, is told by its content.

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
import { openSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import type { Weights } from "@llm.ts/kernels/formats/weights.ts";
import { paddedVocabulary } from "@llm.ts/kernels/model/config.ts";
import { isLlama } from "@llm.ts/kernels/models.ts";
import { vocabularyOf } from "./merges.ts";
import { openParameters } from "./parameters.ts";
import type { PublishedTokens } from "./published.ts";
import { type PublishedVocabulary, type TextVocabulary, tokensNote } from "./tokenizers.ts";

/** What is beside a file with weights. */
export interface Folder {
  /** The text of a file of this name; undefined if there is none. */
  text(name: string): string | undefined | Promise<string | undefined>;
  /** A part of the weights. @throws Error with a sentence that names it, if there is none */
  part(name: string): Source;
}

/** Where the parameters of a model come from, whatever file they are in. */
export interface OpenWeights extends Weights {
  readonly says: string; // what kind of file it is
  readonly vocabulary?: Vocabulary; // if the file, or one beside it, has the tokens
  readonly own?: TextVocabulary; // of the text that it was trained on, where the file says so
  readonly otherTokens?: string; // how tokens are made that are not as GPT-2's are
  readonly published?: PublishedTokens; // the tokenizer that was published with it
  readonly trainedOn?: string; // whose tokens a file of ours was trained on, where it says so; see tokensNote
  readonly headsGuessed?: boolean; // whether the file does not say how many heads it has, and nothing beside it
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

/**
 * @param name of the file, for sentences
 * @param heads for safetensors that do not say how many
 * @throws FormatError if there is no model in it that is computed here
 */
export async function openWeights(
  name: string,
  source: Source,
  folder: Folder,
  heads?: number,
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
      return openPublished(name, source, folder, heads);
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
  const { config, progress, read } = await openParameters(source);
  const { step, vocabulary: own } = progress;
  return {
    config,
    ...(own?.kind === "published" ? { published: own } : own && { own }),
    trainedOn: own?.kind ?? "GPT-2",
    says: `a checkpoint of this project after ${step} steps`,
    notes: ["Only the weights come along: text, history, m and v stay behind."],
    read,
  };
}

async function openPublished(
  name: string,
  source: Source,
  folder: Folder,
  heads: number | undefined,
): Promise<OpenWeights> {
  const { metadata, entries } = await openSafetensors(source);
  const config = metadata[configNote] ?? (await folder.text("config.json"));
  const opened =
    config !== undefined && isLlamaConfig(config)
      ? await openFamily(config, [{ name, source }], folder, heads)
      : await openGpt2(name, source, [...entries.keys()], folder, heads);
  const trainedOn = metadata[tokensNote];
  return trainedOn === undefined ? opened : { ...opened, trainedOn };
}

/**
 * A model in several files.
 *
 * @param index the text of model.safetensors.index.json, which lists them
 * @throws FormatError as openWeights does, and if the parts are not those that it lists
 */
export async function openParts(
  index: string,
  folder: Folder,
  heads?: number,
): Promise<OpenWeights> {
  const config = await folder.text("config.json");
  if (config === undefined || !isLlamaConfig(config)) {
    throw new FormatError(
      "of models in several files Llama, Mistral and Gemma are read here, and there is no config.json beside it that says it is one",
    );
  }
  const parts = partsOf(index).map((name) => ({ name, source: folder.part(name) }));
  return openFamily(config, parts, folder, heads, index);
}

async function openFamily(
  config: string,
  parts: readonly FilePart[],
  folder: Folder,
  heads: number | undefined,
  index?: string,
): Promise<OpenWeights> {
  if (heads !== undefined) {
    throw new FormatError("its config.json says how many heads it has: leave --heads out");
  }
  const file = await openLlama(config, parts, index);
  const name = index === undefined ? parts[0].name : "model.safetensors.index.json";
  const says = `Hugging Face's ${name}`;
  const described = (await folder.text("config.json")) ?? config;
  return { ...file, ...(await tokensOf(folder, file.config.V, described)), says };
}

type Tokens = Pick<OpenWeights, "vocabulary" | "published" | "otherTokens">;

/** The tokens that are beside the weights. @param config which says how a text begins and ends; without, as GPT-2's do */
async function tokensOf(folder: Folder, V: number, config: string | undefined): Promise<Tokens> {
  const tokenizer = await folder.text("tokenizer.json");
  if (tokenizer === undefined) return {};
  const settings = await folder.text("tokenizer_config.json");
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
  return isGpt2s(vocabulary, V) ? { vocabulary } : tokens;
}

function isGpt2s({ tokens, merges, end }: Vocabulary, V: number): boolean {
  const known = vocabularyOf(V);
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((each, i) => each === b[i]);
  return known?.end === end && same(known.tokens, tokens) && same(known.merges, merges);
}

async function openGpt2(
  name: string,
  source: Source,
  keys: readonly string[],
  folder: Folder,
  heads: number | undefined,
): Promise<OpenWeights> {
  if (keys.some((key) => key.includes(".self_attn."))) {
    throw new FormatError(
      "it holds no GPT-2, but perhaps a Llama, Mistral or Gemma: put its config.json beside it, which says what it is",
    );
  }
  const file = await openHuggingFace(source, heads);
  const described = file.headsFrom === "guess" ? await folder.text("config.json") : undefined;
  const config = described
    ? { ...file.config, NH: readHeads(described, file.config) }
    : file.config;
  return {
    config,
    read: weightsOf({ ...file, config }).read,
    ...(await tokensOf(folder, config.V, await folder.text("config.json"))),
    headsGuessed: file.headsFrom === "guess" && !described,
    says: `Hugging Face's ${name}`,
    notes: file.notes,
  };
}

/**
 * The vocabulary in which texts must be encoded for a model that goes on learning; undefined where that is GPT-2's, or the first
 * part of it.
 *
 * @throws FormatError if it is not known, with what to do
 */
export function vocabularyToTrain(weights: OpenWeights): PublishedVocabulary | undefined {
  const { published, own, otherTokens } = weights;
  if (own) {
    throw new FormatError(
      `it has a vocabulary of its own, the ${own.kind} of its text, which no other text is encoded in: go on with its run`,
    );
  }
  if (published) return { kind: "published", ...published };
  if (otherTokens) {
    throw new FormatError(
      `its tokens are of a kind that is not read here (${otherTokens}): use the model's safetensors, with the tokenizer.json and the config.json that were published beside them`,
    );
  }
  const why = whyTokensUnknown(weights);
  if (why !== undefined) throw new FormatError(why);
  return undefined;
}

/**
 * Why it cannot be said what the model's tokens are, with what to do; undefined where that is known. A GPT-2 that says nothing has
 * GPT-2's. A Llama that says nothing may have anyone's: taken for GPT-2's they would be other words, and nobody would know why.
 */
export function whyTokensUnknown(weights: OpenWeights): string | undefined {
  const { config, vocabulary, published, own, otherTokens, trainedOn } = weights;
  if (vocabulary || published || own || otherTokens) return undefined;
  if (trainedOn !== undefined && trainedOn !== "GPT-2") {
    return `it was trained on other tokens than GPT-2's (${trainedOn}), which are not in this file: use a checkpoint of that run, or a file that has them, such as GGUF or the model's tokenizer.json beside it`;
  }
  if (isLlama(config) && trainedOn === undefined) {
    return "its tokens are not in this file: its tokenizer.json has them, and belongs beside it";
  }
  return undefined;
}

/**
 * Whose tokens a file of these weights is to say that it was trained on, where that is known and does not go without saying; see
 * tokensNote.
 */
export function tokensToNote(weights: OpenWeights): string | undefined {
  const { config, own, vocabulary, published, trainedOn } = weights;
  const told = isLlama(config) && vocabulary && !published ? "GPT-2" : undefined;
  return own?.kind ?? trainedOn ?? told;
}
