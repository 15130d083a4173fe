// The text that a run trains on: the site's own token files, or a file of the reader's.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { encodeText, splitTokens, TextError } from "../training/encoding.ts";
import type { Text } from "../training/session.ts";
import { narrowTokens } from "../training/vocabulary.ts";
import type { OwnText } from "./protocol.ts";

export const largestFile = 50_000_000; // bytes: some twelve million tokens, which are kept in every checkpoint

/** The text that comes with the site. */
export async function loadText(config: Config): Promise<Text> {
  const [source, train, validation] = await Promise.all([
    load("data/source.json"),
    load("data/tiny_shakespeare_train.bin"),
    load("data/tiny_shakespeare_val.bin"),
  ]);
  const { title } = JSON.parse(new TextDecoder().decode(source));
  return {
    name: String(title),
    train: narrowTokens(readTokens(train), config.V),
    validation: narrowTokens(readTokens(validation), config.V),
  };
}

/**
 * A text of the reader's own.
 *
 * @param T the window that training will use
 * @throws TextError if it is empty, not UTF-8, too short for T, or too large
 */
export async function readOwnText(
  { file, separators }: OwnText,
  config: Config,
  T: number,
  onProgress: (done: number) => void,
): Promise<Text> {
  if (file.size > largestFile) {
    throw new TextError(
      `${file.name} has ${Math.round(file.size / 1e6)} MB. Choose a text of at most ${largestFile / 1e6} MB.`,
    );
  }
  const tokens = encodeText(new Uint8Array(await file.arrayBuffer()), {
    separators,
    onProgress,
  });
  const { train, val } = splitTokens(tokens, T);
  return {
    name: file.name,
    train: narrowTokens(train, config.V),
    validation: narrowTokens(val, config.V),
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
