// The text that a run trains on: the site's own token files, or a file of the reader's.

import { readTokens } from "@llm.ts/kernels/formats/tokens.ts";
import type { Config } from "@llm.ts/kernels/gpt2/config.ts";
import { encodeText, splitTokens, TextError } from "../training/encoding.ts";
import type { Text } from "../training/session.ts";
import { narrowTokens } from "../training/vocabulary.ts";
import type { OwnText } from "./protocol.ts";

export const largestFile = 50_000_000; // bytes: some twelve million tokens, which are kept in every checkpoint

/** The text that comes with the site. */
export async function loadText(config: Pick<Config, "V">): Promise<Text> {
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
  own: OwnText,
  { V }: Pick<Config, "V">,
  T: number,
  onProgress: (done: number) => void,
): Promise<Text> {
  const { train, val } = splitTokens(await encodeOnce(own, onProgress), T);
  return {
    name: own.file.name,
    train: narrowTokens(train, V),
    validation: narrowTokens(val, V),
  };
}

let encoded: { key: string; tokens: Uint16Array<ArrayBuffer> } | undefined; // the text that was encoded last

/** GPT-2's tokens of a text. It is counted before it is trained on: the second time they are there. */
async function encodeOnce(
  { file, separators }: OwnText,
  onProgress: (done: number) => void,
): Promise<Uint16Array<ArrayBuffer>> {
  const key = JSON.stringify([file.name, file.size, file.lastModified, separators]);
  if (encoded?.key === key) return encoded.tokens;
  if (file.size > largestFile) {
    throw new TextError(
      `${file.name} has ${Math.round(file.size / 1e6)} MB. Choose a text of at most ${largestFile / 1e6} MB.`,
    );
  }
  const tokens = encodeText(new Uint8Array(await file.arrayBuffer()), {
    separators,
    onProgress,
  });
  encoded = { key, tokens };
  return tokens;
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
