// The text that a run trains on: the site's own token files, a file of the reader's, or a task.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { encodeText, readText, splitTokens, TextError } from "../training/encoding.ts";
import type { Text } from "../training/session.ts";
import { configOf, type Settings, withVocabulary } from "../training/settings.ts";
import { textOfTask } from "../training/tasktext.ts";
import {
  charactersOf,
  largestForModels,
  openTokenizerOf,
  type PublishedVocabulary,
  pairsOf,
  sizeOf,
  type TextVocabulary,
  type Tokenizer,
  tokenizerOf,
} from "../training/tokenizers.ts";
import { decodeTokens, gpt2V, narrowTokens, textOf } from "../training/vocabulary.ts";
import type { OwnText } from "./protocol.ts";

export const largestFile = 50_000_000; // bytes: some twelve million tokens, which are kept in every checkpoint

/** Told what is done, and which part of it, from 0 to 1. */
type Say = (what: string, done: number) => void;

/** A text, and the settings of the model that reads it: how many tokens it knows may follow from the text. */
export interface Read {
  readonly text: Text;
  readonly settings: Settings;
}

/**
 * The text of a run.
 *
 * @param own the reader's; null for the site's
 * @param published the tokenizer of the model that is trained, if it has one of its own
 * @throws TextError if it is empty, not UTF-8, too short for T, or too large; FormatError if the tokenizer cannot be used
 */
export async function readFor(
  settings: Settings,
  own: OwnText | null,
  published: PublishedVocabulary | undefined,
  say: Say,
): Promise<Read> {
  const { task, seed, vocabulary } = settings;
  if (task) return sized(settings, textOfTask(task, seed));
  if (published) return { settings, text: await readInModels(settings, own, published, say) };
  if (vocabulary) return sized(settings, await readInOwn(settings, own, say));
  const { V } = configOf(settings);
  const narrow = (name: string, train: Tokens, validation: Tokens): Text => ({
    name,
    train: narrowTokens(train, V),
    validation: narrowTokens(validation, V),
  });
  if (!own) {
    const { title, train, validation } = await loadSite();
    return { settings, text: narrow(title, train, validation) };
  }
  const { train, val } = splitTokens(await encodeOnce(own, say), settings.T);
  return { settings, text: narrow(own.file.name, train, val) };
}

type Tokens = Uint16Array<ArrayBuffer>;

function sized(settings: Settings, text: Text): Read {
  const V = text.vocabulary && sizeOf(text.vocabulary);
  return { text, settings: V === undefined ? settings : withVocabulary(settings, V) };
}

/** A text in the tokens that the model came with. */
async function readInModels(
  settings: Settings,
  own: OwnText | null,
  vocabulary: PublishedVocabulary,
  say: Say,
): Promise<Text> {
  say("Opening the model's tokenizer", 0);
  const tokenizer = await openTokenizerOf(vocabulary, configOf(settings).V);
  say("Encoding the text", 0);
  const { name, size, lastModified } = own?.file ?? {};
  const key = JSON.stringify([name, size, lastModified, own?.separators, vocabulary]);
  if (inModels?.key !== key) inModels = { key, ...(await encodeWith(tokenizer, own)) };
  const text = { name: inModels.name, vocabulary, tokenizer };
  if (!own) return { ...text, train: inModels.train, validation: inModels.validation };
  const { train, val } = splitTokens(inModels.train, settings.T);
  return { ...text, train, validation: val };
}

type Encoded = Pick<Text, "name" | "train" | "validation">;

let inModels: (Encoded & { key: string }) | undefined; // the text that was so encoded last

/** The reader's text is one, and not parted yet. */
async function encodeWith({ encode }: Tokenizer, own: OwnText | null): Promise<Encoded> {
  if (own) {
    const train = encode(await bytesOf(own, largestForModels), { separators: own.separators });
    return { name: own.file.name, train, validation: new Uint16Array() };
  }
  const { title, train, validation } = await loadSite();
  return { name: title, train: encode(textOf(train)), validation: encode(textOf(validation)) };
}

/** A text in a vocabulary that is made from it. */
async function readInOwn(settings: Settings, own: OwnText | null, say: Say): Promise<Text> {
  if (own) {
    const whole = readText(await bytesOf(own));
    const vocabulary = vocabularyFor(settings, whole, own.separators, say);
    const tokens = tokenizerOf(vocabulary, 0).encode(whole, {
      separators: own.separators,
      onProgress: (done) => say("Encoding the text", done),
    });
    const { train, val } = splitTokens(tokens, settings.T);
    return { name: own.file.name, vocabulary, train, validation: val };
  }
  // The same parts for training and validation as in GPT-2's tokens.
  const site = await loadSite();
  const parts = [site.train, site.validation].map((tokens) => decodeTokens(tokens, gpt2V));
  const vocabulary = vocabularyFor(settings, parts.join(""), true, say);
  const { encode } = tokenizerOf(vocabulary, 0);
  const [train, validation] = parts.map((part) => encode(part, { separators: true }));
  return { name: site.title, vocabulary, train, validation };
}

let learned: { text: string; key: string; vocabulary: TextVocabulary } | undefined; // the last

function vocabularyFor(
  { vocabulary, vocabularySize = 0 }: Settings,
  text: string,
  separators: boolean,
  say: Say,
): TextVocabulary {
  if (vocabulary === "characters") return charactersOf(text, separators);
  const key = JSON.stringify([separators, vocabularySize]);
  if (learned?.key !== key || learned.text !== text) {
    const learn = (done: number) => say("Learning the vocabulary", done);
    learn(0);
    const vocabulary = pairsOf(text, separators, vocabularySize, learn);
    learned = { text, key, vocabulary };
  }
  return learned.vocabulary;
}

let encoded: { key: string; tokens: Tokens } | undefined; // the text that was encoded last

/** GPT-2's tokens of a text. It is counted before it is trained on: the second time they are there. */
async function encodeOnce(own: OwnText, say: Say): Promise<Tokens> {
  const { file, separators } = own;
  const key = JSON.stringify([file.name, file.size, file.lastModified, separators]);
  if (encoded?.key === key) return encoded.tokens;
  const tokens = encodeText(await bytesOf(own), {
    separators,
    onProgress: (done) => say("Encoding the text", done),
  });
  encoded = { key, tokens };
  return tokens;
}

async function bytesOf({ file }: OwnText, most = largestFile): Promise<Uint8Array> {
  if (file.size > most) {
    const why =
      most < largestFile ? ": encoding it in the model's own tokens takes much memory" : "";
    throw new TextError(
      `${file.name} has ${Math.ceil(file.size / 1e6)} MB. Choose a text of at most ${most / 1e6} MB${why}.`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}

/** The text that comes with the site, in GPT-2's tokens. */
export async function loadSite(): Promise<{ title: string; train: Tokens; validation: Tokens }> {
  const [source, train, validation] = await Promise.all([
    load("data/source.json"),
    load("data/tiny_shakespeare_train.bin"),
    load("data/tiny_shakespeare_val.bin"),
  ]);
  const { title } = JSON.parse(new TextDecoder().decode(source));
  return {
    title: String(title),
    train: readTokens(train),
    validation: readTokens(validation),
  };
}

async function load(path: string): Promise<Uint8Array> {
  const url = `${import.meta.env.BASE_URL}${path}`;
  const response = await fetch(url);
  if (!response.ok) {
    throw new TextError(
      `The text could not be loaded (${url}: ${response.status} ${response.statusText}). Reload the page and try again.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}
