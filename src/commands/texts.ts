// The text that a command trains on: llm.c's token files, a text that is encoded here, or the course's own.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import { encodeText, readText, splitTokens, TextError } from "../training/encoding.ts";
import type { Text } from "../training/session.ts";
import type { Settings } from "../training/settings.ts";
import {
  charactersOf,
  largestForModels,
  openTokenizerOf,
  type PublishedVocabulary,
  pairsOf,
  tokenizerOf,
} from "../training/tokenizers.ts";
import { narrowTokens, textOf } from "../training/vocabulary.ts";
import { UsageError } from "./command.ts";
import { pathOf, reading, readWhole } from "./files.ts";

export interface TextFlags {
  readonly train?: string;
  readonly val?: string;
  readonly text?: string;
}

/** What a text is to be used for. */
interface Use {
  readonly V: number;
  readonly B: number;
  readonly T: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const own = join(root, "public", "data", "tiny_shakespeare_");

/**
 * Reads the text that the flags name; without any, the course's own.
 *
 * @throws UsageError if they do not go together, Error with a sentence if a file cannot be used or is too short
 */
export async function readTextFor(
  { train, val, text }: TextFlags,
  use: Use,
  wanted: Pick<Settings, "vocabulary" | "vocabularySize"> = {},
  published?: PublishedVocabulary,
): Promise<Text> {
  const { V, B, T } = use;
  if (text !== undefined) {
    if (train !== undefined || val !== undefined) {
      throw new UsageError(
        "--text is a text that is not encoded yet, --train and --val are token files: give one or the others",
      );
    }
    if (published) return encodedInModels(pathOf(text), use, published);
    return wanted.vocabulary
      ? encodedInItsOwn(pathOf(text), use, wanted)
      : encoded(pathOf(text), use);
  }
  if ((train === undefined) !== (val === undefined)) {
    throw new UsageError(
      "--train and --val belong together: a token file to train on, and one to measure the loss on",
    );
  }
  if (train === undefined || val === undefined) makeOwn();
  const files = {
    train: train === undefined ? `${own}train.bin` : pathOf(train),
    validation: val === undefined ? `${own}val.bin` : pathOf(val),
  };
  const tokenizer = published && (await openTokenizerOf(published, V));
  const inModels = (tokens: Uint16Array<ArrayBuffer>) => {
    if (!tokenizer) return tokens.every((id) => id < V) ? tokens : narrowTokens(tokens, V);
    return train === undefined ? tokenizer.encode(textOf(tokens)) : checkKnown(tokens, V);
  };
  return {
    name: basename(files.train),
    ...(published && { vocabulary: published, tokenizer }),
    train: await tokensOf(files.train, inModels, B * T + 1, "a batch takes B*T + 1"),
    validation: await tokensOf(files.validation, inModels, T + 1, "a validation takes T + 1"),
  };
}

/** A text in the tokens that the model came with. */
async function encodedInModels(
  path: string,
  { V, T }: Use,
  vocabulary: PublishedVocabulary,
): Promise<Text> {
  const tokenizer = await openTokenizerOf(vocabulary, V);
  return reading(path, async () => {
    const bytes = readWhole(path);
    if (bytes.length > largestForModels) {
      throw new TextError(
        `The text is ${bytes.length.toLocaleString("en-GB")} bytes long. The model's own tokenizer is given up to ${largestForModels.toLocaleString("en-GB")} at once here: use a part of the text, or encode it yourself and give token files as --train and --val.`,
      );
    }
    const { train, val } = splitTokens(tokenizer.encode(bytes, { separators: true }), T);
    return { name: basename(path), vocabulary, tokenizer, train, validation: val };
  });
}

async function encoded(path: string, { V, T }: Use): Promise<Text> {
  return reading(path, () => {
    const { train, val } = splitTokens(encodeText(readWhole(path), { separators: true }), T);
    return {
      name: basename(path),
      train: narrowTokens(train, V),
      validation: narrowTokens(val, V),
    };
  });
}

/** A text in its own characters, or in byte pairs that are learned from it. */
async function encodedInItsOwn(
  path: string,
  { T }: Use,
  { vocabulary: kind, vocabularySize = 0 }: Pick<Settings, "vocabulary" | "vocabularySize">,
): Promise<Text> {
  return reading(path, () => {
    const text = readText(readWhole(path));
    const vocabulary =
      kind === "characters" ? charactersOf(text, true) : pairsOf(text, true, vocabularySize);
    const tokens = tokenizerOf(vocabulary, 0).encode(text, { separators: true });
    const { train, val } = splitTokens(tokens, T);
    return { name: basename(path), vocabulary, train, validation: val };
  });
}

/**
 * The tokens of a file, as the model knows them.
 *
 * Where it knows them all they are taken as they are, as llm.c does. Else they are GPT-2's, and are rewritten in the beginning of
 * its vocabulary that the model knows. A model that came with its own tokenizer takes its own tokens alone, and the course's
 * text encoded in them.
 */
function tokensOf(
  path: string,
  inModels: (tokens: Uint16Array<ArrayBuffer>) => Uint16Array<ArrayBuffer>,
  least: number,
  why: string,
): Promise<Uint16Array<ArrayBuffer>> {
  return reading(path, () => {
    const all = inModels(readTokens(readWhole(path)));
    if (all.length >= least) return all;
    throw new FormatError(
      `it has ${all.length} tokens, but ${why} = ${least}: use a longer text, or a smaller B or T`,
    );
  });
}

function checkKnown<Tokens extends Uint16Array>(tokens: Tokens, V: number): Tokens {
  const other = tokens.find((id) => id >= V);
  if (other === undefined) return tokens;
  throw new FormatError(
    `it has a token ${other}, but the model knows ${V} tokens: encode the text with the model's own tokenizer, or give it as --text`,
  );
}

/** Makes the course's own token files, the first time. What that prints is not what the command has to say. */
function makeOwn(): void {
  if (existsSync(`${own}train.bin`) && existsSync(`${own}val.bin`)) return;
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "data.ts")], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0)
    throw new Error(
      "the course's own text cannot be had: name one with --text, or token files with --train and --val",
    );
}
