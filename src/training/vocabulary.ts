// GPT-2's vocabulary, whole or cut short. A small model cannot afford 50,257 rows of embeddings, so it takes the first part
// of the same vocabulary: V = 1024 means GPT-2's ids 0 to 1022 (the 256 bytes, then the first 767 merges), and id 1023 for
// <|endoftext|>. With V = 50257 this is GPT-2's vocabulary itself.
//
// GPT-2 merges pairs in the order of their ids. So the tokens of a text under the first merges alone are what the whole
// encoding had before it went on to the later ones: each token of GPT-2 is replaced by the parts that it was made of.

import ranks from "gpt-tokenizer/bpeRanks/r50k_base";
import { endOfTextMarker } from "./separators.ts";
import { endOfText } from "./tokenizer.ts";

/** The vocabulary of GPT-2: 256 bytes, 50,000 merges, <|endoftext|>. */
export const gpt2V = 50257;

/**
 * Rewrites GPT-2's tokens in the vocabulary of the first V - 1, and <|endoftext|>.
 *
 * @param ids GPT-2's tokens, each from 0 to 50256
 * @param V size of the narrower vocabulary, from 257 to 50257
 * @returns at least as many tokens, each from 0 to V - 1; V = 50257 gives a copy of the same tokens
 * @throws RangeError if V or an id is out of range
 */
export function narrowTokens(ids: ArrayLike<number>, V: number): Uint16Array<ArrayBuffer> {
  checkV("narrowTokens", V);
  const split = splitter(V);
  const parts: number[][] = []; // by GPT-2's id; every distinct token is split once
  let length = 0;
  for (let i = 0; i < ids.length; i++) {
    checkId("narrowTokens", ids, i, gpt2V);
    parts[ids[i]] ??= split(ids[i]);
    length += parts[ids[i]].length;
  }
  const narrowed = new Uint16Array(length);
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    for (const part of parts[ids[i]]) narrowed[at++] = part;
  }
  return narrowed;
}

/**
 * The text of tokens in the vocabulary of size V. Bytes that are no UTF-8, as when a character is cut in two, become the
 * replacement character U+FFFD.
 *
 * @throws RangeError if V or an id is out of range
 */
export function decodeTokens(ids: ArrayLike<number>, V: number): string {
  checkV("decodeTokens", V);
  const bytes: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    checkId("decodeTokens", ids, i, V);
    for (const byte of bytesOf(ids[i] === V - 1 ? endOfText : ids[i])) bytes.push(byte);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** The text that GPT-2's tokens were made from: without the <|endoftext|> that begins each of its sections. */
export function textOf(ids: ArrayLike<number>): string {
  return decodeTokens(
    Array.from(ids).filter((id) => id !== endOfText),
    gpt2V,
  );
}

/** A text that a model wrote. */
export interface Decoded {
  readonly text: string;
  /** Places in it where "<|endoftext|>" is the one token, and not its letters. */
  readonly ends: number[];
}

/** The bytes that one of GPT-2's tokens stands for. */
export function bytesOf(id: number): ArrayLike<number> & Iterable<number> {
  const entry = id === endOfText ? endOfTextMarker : ranks[id]; // a string where the bytes are UTF-8, else the bytes
  return typeof entry === "string" ? new TextEncoder().encode(entry) : entry;
}

/** A function from GPT-2's token to its parts in the vocabulary of size V. */
function splitter(V: number): (id: number) => number[] {
  const merged = new Map<string, number>(); // the first V - 1 tokens by their bytes
  const key = (bytes: Iterable<number>) => String.fromCharCode(...bytes);
  if (V < gpt2V) for (let id = 0; id < V - 1; id++) merged.set(key(bytesOf(id)), id);

  return (id) => {
    if (id === endOfText) return [V - 1];
    if (id < V - 1) return [id];
    const parts = Array.from(bytesOf(id), (byte) => key([byte]));
    for (;;) {
      let lowest = Number.POSITIVE_INFINITY; // the earliest merge that applies anywhere
      let where = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const pair = merged.get(parts[i] + parts[i + 1]);
        if (pair !== undefined && pair < lowest) [lowest, where] = [pair, i];
      }
      if (where < 0) return parts.map((part) => merged.get(part) as number);
      parts.splice(where, 2, parts[where] + parts[where + 1]);
    }
  };
}

function checkV(what: string, V: number): void {
  if (!Number.isInteger(V) || V < 257 || V > gpt2V) {
    throw new RangeError(
      `${what}: V is ${V}, expected an integer from 257 (every byte, and <|endoftext|>) to ${gpt2V}`,
    );
  }
}

function checkId(what: string, ids: ArrayLike<number>, i: number, V: number): void {
  if (!Number.isInteger(ids[i]) || ids[i] < 0 || ids[i] >= V) {
    throw new RangeError(`${what}: ids[${i}] is ${ids[i]}, expected an id from 0 to ${V - 1}`);
  }
}
