// From a text to GPT-2's tokens, as llm.c's own script makes them. Used by scripts/data.ts, and in the page for a text of
// the reader's own.

import { endOfTextMarker } from "./separators.ts";
import { encode, endOfText } from "./tokenizer.ts";

/** A text that cannot be used. The message is a sentence for the reader: what is wrong, and what to do. */
export class TextError extends Error {
  override name = "TextError";
}

// GPT-2's byte-pair encoding takes time proportional to the square of a word's length. No language has words like these.
const longestWord = 5_000; // characters
const words = /\p{L}+|\p{N}+|\p{White_Space}+|[^\p{White_Space}\p{L}\p{N}]+/gu; // as GPT-2 cuts a text before it merges

/**
 * Reads the bytes of a text file. A byte order mark at the beginning is dropped, Windows line ends become "\n".
 *
 * @throws TextError if there is no text in it, or it is not UTF-8
 */
export function readText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TextError("The text is not in UTF-8. Save it as plain text in UTF-8 and try again.");
  }
  if (text.includes("\0")) {
    throw new TextError(
      "The file has null characters in it, so it is not plain text in UTF-8. Save it as such and try again.",
    );
  }
  if (text.trim() === "") {
    throw new TextError("The text is empty. Choose a file with text in it.");
  }
  return text.replaceAll("\r\n", "\n");
}

const gpt2 = { encode, end: endOfText };

export interface EncodingOptions {
  /**
   * Whether "<|endoftext|>" in the text ends one section and begins the next, and is encoded as the one id. The sections
   * are then as the text says, and blank lines in them are no borders. Default: it is encoded as the letters that it is
   * written with.
   */
  readonly separators?: boolean;
  /** Another vocabulary than GPT-2's: the tokens of a section, and the id of <|endoftext|>. */
  readonly cut?: { readonly encode: (section: string) => readonly number[]; readonly end: number };
  /** Told now and then which part of the text is done, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Encodes a text: it is split at blank lines ("\n\n"), every section begins with <|endoftext|> and, but for the last, ends
 * with the "\n\n".
 *
 * Source: https://github.com/karpathy/llm.c, dev/data/tinyshakespeare.py.
 *
 * @param text a text, or the bytes of a text file
 * @throws TextError if the text is empty, not UTF-8, or has a word of more than 5,000 characters
 */
export function encodeText(
  text: string | Uint8Array,
  { separators = false, cut = gpt2, onProgress = () => {} }: EncodingOptions = {},
): Uint16Array<ArrayBuffer> {
  const whole = typeof text === "string" ? text : readText(text);
  const sections = sectionsOf(whole, separators);
  if (sections.every((section) => section.trim() === "")) {
    throw new TextError("The text is empty. Choose one with words in it.");
  }
  if (cut === gpt2) checkWords(whole);
  const tokens: number[] = [];
  let characters = 0;
  sections.forEach((section, i) => {
    tokens.push(cut.end);
    for (const id of cut.encode(section)) tokens.push(id);
    characters += section.length;
    const last = i === sections.length - 1;
    if (i % 100 === 99 || last) onProgress(last ? 1 : characters / whole.length);
  });
  return Uint16Array.from(tokens);
}

/** The sections of a text, each of which begins with <|endoftext|>. See EncodingOptions. */
export function sectionsOf(text: string, separators: boolean): string[] {
  return separators && text.includes(endOfTextMarker) ? marked(text) : blankLines(text);
}

/** The sections between blank lines, each with the blank line that ends it. */
function blankLines(text: string): string[] {
  const sections = text.split("\n\n");
  return sections.map((section, i) => (i < sections.length - 1 ? `${section}\n\n` : section));
}

/** The sections between separators, but for those with nothing in them, as before the first and after the last. */
function marked(text: string): string[] {
  return text.split(endOfTextMarker).filter((section) => section.trim() !== "");
}

/**
 * Splits a text's tokens: the first 32,768 are for validation, as in llm.c, the rest for training. A text of fewer than
 * 8 * 32,768 tokens gives its first eighth.
 *
 * @param T the window that training will use: each part must have T + 1 tokens at least
 * @returns views on `tokens`, not copies
 * @throws TextError if the text is too short for that
 */
export function splitTokens(
  tokens: Uint16Array<ArrayBuffer>,
  T: number,
): { val: Uint16Array<ArrayBuffer>; train: Uint16Array<ArrayBuffer> } {
  const least = T + 1;
  if (tokens.length < 2 * least) {
    throw new TextError(
      `The text has ${tokens.length.toLocaleString("en")} tokens; windows of T = ${T} need at least ${(2 * least).toLocaleString("en")} (${least} for training, ${least} for validation). Use a longer text, or a smaller T.`,
    );
  }
  const count = Math.max(least, Math.min(32_768, Math.floor(tokens.length / 8)));
  return { val: tokens.subarray(0, count), train: tokens.subarray(count) };
}

/** @throws TextError if a word of a text is too long to be merged in good time */
export function checkWords(text: string): void {
  for (const [word] of text.matchAll(words)) {
    if (word.length <= longestWord) continue;
    throw new TextError(
      `The text has ${word.length.toLocaleString("en")} characters without a break, from "${word.slice(0, 20)}" on; the most that can be encoded is ${longestWord.toLocaleString("en")}. Is it a text? Break it into words and try again.`,
    );
  }
}
