// What a model reads and writes: the beginning of GPT-2's vocabulary, the characters of a text, byte pairs learned from it, or
// the tokens that a published model came with.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import { spell } from "@llm.ts/kernels/formats/vocabulary.ts";
import {
  checkWords,
  type EncodingOptions,
  encodeText,
  readText,
  sectionsOf,
  TextError,
} from "./encoding.ts";
import { vocabularyOf } from "./merges.ts";
import { learnPairs, type Merge, pairBytes, pairEncoder } from "./pairs.ts";
import type { PublishedTokens } from "./published.ts";
import { endOfTextMarker } from "./separators.ts";
import { bytesOf, type Decoded, narrowTokens } from "./vocabulary.ts";

/** That of a published model, as its files say it. */
export interface PublishedVocabulary extends PublishedTokens {
  readonly kind: "published";
}

/** A vocabulary that is made from a text. */
export type TextVocabulary =
  | { readonly kind: "characters"; readonly characters: string }
  | { readonly kind: "pairs"; readonly merges: readonly Merge[] };

/** A vocabulary that is not GPT-2's, as a checkpoint has it. */
export type OwnVocabulary = TextVocabulary | PublishedVocabulary;

/** Bytes of a text: while a published tokenizer encodes them, they take up to 1.3 GB. */
export const largestForModels = 5_000_000;

/** The note in files of weights that are written here that says whose tokens they were trained on. */
export const tokensNote = "tokens";

export interface Tokenizer {
  readonly V: number;
  /** The token with which every text begins. Of all but published ones it is <|endoftext|>, and the last. */
  readonly end: number;
  /** A text in sections, each of which begins with `end`. @throws TextError if it cannot be encoded */
  encode(text: string | Uint8Array, options?: EncodingOptions): Uint16Array<ArrayBuffer>;
  /** A text that the model is to go on from, where that is read otherwise than as a section. */
  prompt?(text: string): readonly number[];
  /** The bytes of each token that does not end a text. */
  bytes(id: number): ArrayLike<number> & Iterable<number>;
  /** Whether a text is over with this token. */
  ends(id: number): boolean;
  /** As other programs want it; undefined where they have no form for it. */
  vocabulary(): Vocabulary | undefined;
  /** The files that say it, where it was published with a model. */
  readonly published?: PublishedTokens;
}

/** Why weights with such a vocabulary are not written as GGUF. */
export const noCharacters =
  "GGUF has no form for a vocabulary of characters. Save the weights for PyTorch, or train with byte pairs.";

/** Any tokenizer. What runs a published one is loaded only for that. @param V of the model */
export async function openTokenizerOf(
  own: OwnVocabulary | undefined,
  V: number,
): Promise<Tokenizer> {
  return own?.kind === "published" ? ofPublished(own, V) : tokenizerOf(own, V);
}

/** @param V of GPT-2's vocabulary, where there is no other */
export function tokenizerOf(own: TextVocabulary | undefined, V: number): Tokenizer {
  if (own?.kind === "characters") return ofCharacters(own.characters);
  if (own?.kind === "pairs") return ofPairs(own.merges);
  return {
    V,
    ...endingWith(V - 1),
    encode: (text, options) => narrowTokens(encodeText(text, options), V),
    bytes: bytesOf,
    vocabulary: () => vocabularyOf(V),
  };
}

const endingWith = (end: number) => ({ end, ends: (id: number) => id === end });

/** @throws FormatError if the files are no tokenizer, or one of another model, or name no token that begins a text */
async function ofPublished(own: PublishedVocabulary, V: number): Promise<Tokenizer> {
  const { openTokenizer } = await import("./published.ts");
  const { begin, encode, encodeBare, bytes, ends } = await openTokenizer(own, V);
  if (begin === undefined) {
    throw new FormatError(
      "config.json: it names no token that begins a text (bos_token_id or eos_token_id)",
    );
  }
  return {
    V,
    end: begin,
    ends: (id) => id === begin || ends(id),
    encode(text, { separators = false, onProgress = () => {} } = {}) {
      // These models read a text as one: blank lines are no borders in it.
      const whole = typeof text === "string" ? text : readText(text);
      const sections =
        separators && whole.includes(endOfTextMarker) ? sectionsOf(whole, true) : [whole];
      const ids = sections.map((section, i) => {
        const tokens = encodeBare(section);
        onProgress((i + 1) / sections.length);
        return tokens;
      });
      return Uint16Array.from(ids.flatMap((tokens) => [begin, ...tokens]));
    },
    prompt: encode,
    bytes,
    vocabulary: () => undefined,
    published: own,
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
    ...endingWith(end),
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
    ...endingWith(end),
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
export function decodeWith({ bytes, ends: isEnd }: Tokenizer, ids: ArrayLike<number>): Decoded {
  let text = "";
  let run: number[] = [];
  const ends: number[] = [];
  const flush = () => {
    text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(run));
    run = [];
  };
  for (let i = 0; i < ids.length; i++) {
    if (!isEnd(ids[i])) {
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
export function charactersOf(text: string, separators: boolean): TextVocabulary {
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
): TextVocabulary {
  checkWords(text);
  return { kind: "pairs", merges: learnPairs(sectionsOf(text, separators), V - 257, onProgress) };
}

/** The number of its tokens, <|endoftext|> among them; undefined where that is not known before it is opened. */
export function sizeOf(own: OwnVocabulary): number | undefined {
  if (own.kind === "published") return undefined;
  return own.kind === "characters"
    ? Array.from(own.characters).length + 1
    : 257 + own.merges.length;
}

/** Whether this is a vocabulary that a checkpoint tells of. */
export function isOwnVocabulary(value: unknown): value is OwnVocabulary {
  const own = (value ?? {}) as OwnVocabulary;
  if (own.kind === "characters") {
    const { characters } = own;
    if (typeof characters !== "string" || characters === "") return false;
    return new Set(characters).size === Array.from(characters).length;
  }
  if (own.kind === "published") {
    const { tokenizer, config, settings = "" } = own;
    return [tokenizer, config, settings].every((text) => typeof text === "string");
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
