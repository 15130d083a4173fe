// What a model reads and writes: the beginning of GPT-2's vocabulary, the characters of a text, or byte pairs learned from it.

import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import { spell } from "@llm.ts/kernels/formats/vocabulary.ts";
import { checkWords, type EncodingOptions, encodeText, sectionsOf, TextError } from "./encoding.ts";
import { vocabularyOf } from "./merges.ts";
import { learnPairs, type Merge, pairBytes, pairEncoder } from "./pairs.ts";
import { endOfTextMarker } from "./separators.ts";
import { bytesOf, type Decoded, narrowTokens } from "./vocabulary.ts";

/** A vocabulary that is the text's own, as a checkpoint has it. */
export type OwnVocabulary =
  | { readonly kind: "characters"; readonly characters: string }
  | { readonly kind: "pairs"; readonly merges: readonly Merge[] };

export type VocabularyKind = OwnVocabulary["kind"];

export interface Tokenizer {
  readonly V: number; // the last id is <|endoftext|>
  /** A text in sections, each of which begins with <|endoftext|>. @throws TextError if it cannot be encoded */
  encode(text: string | Uint8Array, options?: EncodingOptions): Uint16Array<ArrayBuffer>;
  /** The bytes of each token but the last. */
  bytes(id: number): ArrayLike<number> & Iterable<number>;
  /** As other programs want it; undefined where they have no form for it. */
  vocabulary(): Vocabulary | undefined;
}

/** Why weights with such a vocabulary are not written as GGUF. */
export const noCharacters =
  "GGUF has no form for a vocabulary of characters. Save the weights for PyTorch, or train with byte pairs.";

/** @param V of GPT-2's vocabulary, where there is no other */
export function tokenizerOf(own: OwnVocabulary | undefined, V: number): Tokenizer {
  if (own?.kind === "characters") return ofCharacters(own.characters);
  if (own?.kind === "pairs") return ofPairs(own.merges);
  return {
    V,
    encode: (text, options) => narrowTokens(encodeText(text, options), V),
    bytes: bytesOf,
    vocabulary: () => vocabularyOf(V),
  };
}

function ofCharacters(characters: string): Tokenizer {
  const all = Array.from(characters);
  const ids = new Map(all.map((character, id) => [character, id]));
  const bytes = all.map((character) => new TextEncoder().encode(character));
  const end = all.length;
  const encode = (section: string) =>
    Array.from(section, (character) => {
      const id = ids.get(character);
      if (id !== undefined) return id;
      throw new TextError(
        `The model does not know ${JSON.stringify(character)}: its vocabulary is the ${end} characters of its text, ${list(all)}.`,
      );
    });
  return {
    V: end + 1,
    encode: (text, options) => encodeText(text, { ...options, cut: { encode, end } }),
    bytes: (id) => bytes[id],
    vocabulary: () => undefined,
  };
}

/** The first of them, where there are many. */
function list(characters: readonly string[]): string {
  const shown = characters.filter((character) => character.trim() !== "").slice(0, 40);
  return shown.join("") + (shown.length < characters.length ? " and others" : "");
}

function ofPairs(merges: readonly Merge[]): Tokenizer {
  const bytes = pairBytes(merges);
  const encode = pairEncoder(merges);
  const end = bytes.length;
  const tokens = () => bytes.map(spell);
  return {
    V: end + 1,
    encode: (text, options) => encodeText(text, { ...options, cut: { encode, end } }),
    bytes: (id) => bytes[id],
    vocabulary: () => ({
      tokens: [...tokens(), endOfTextMarker],
      merges: merges.map(([a, b]) => `${spell(bytes[a])} ${spell(bytes[b])}`),
      end,
    }),
  };
}

/** The text of tokens, and where in it a text ended. Bytes that are no UTF-8 become U+FFFD. */
export function decodeWith({ V, bytes }: Tokenizer, ids: ArrayLike<number>): Decoded {
  let text = "";
  let run: number[] = [];
  const ends: number[] = [];
  const flush = () => {
    text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(run));
    run = [];
  };
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < V - 1) {
      for (const byte of bytes(ids[i])) run.push(byte);
      continue;
    }
    flush();
    ends.push(text.length);
    text += endOfTextMarker;
  }
  flush();
  return { text, ends };
}

/** The characters of a text, in the order of their code points. */
export function charactersOf(text: string, separators: boolean): OwnVocabulary {
  const all = new Set<string>();
  for (const section of sectionsOf(text, separators)) for (const each of section) all.add(each);
  const sorted = Array.from(all).sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
  return { kind: "characters", characters: sorted.join("") };
}

/** @param V of the vocabulary; it becomes smaller where the text is too short for so many merges */
export function pairsOf(
  text: string,
  separators: boolean,
  V: number,
  onProgress?: (done: number) => void,
): OwnVocabulary {
  checkWords(text);
  return { kind: "pairs", merges: learnPairs(sectionsOf(text, separators), V - 257, onProgress) };
}

/** The number of its tokens, <|endoftext|> among them. */
export const sizeOf = (own: OwnVocabulary): number =>
  own.kind === "characters" ? Array.from(own.characters).length + 1 : 257 + own.merges.length;

/** Whether this is a vocabulary that a checkpoint tells of. */
export function isOwnVocabulary(value: unknown): value is OwnVocabulary {
  const own = (value ?? {}) as OwnVocabulary;
  if (own.kind === "characters") {
    const { characters } = own;
    if (typeof characters !== "string" || characters === "") return false;
    return new Set(characters).size === Array.from(characters).length;
  }
  return (
    own.kind === "pairs" &&
    Array.isArray(own.merges) &&
    own.merges.every(
      (merge, i) =>
        Array.isArray(merge) &&
        merge.length === 2 &&
        merge.every((id) => Number.isInteger(id) && id >= 0 && id < 256 + i),
    )
  );
}
