// The tokenizer that was published with a model, where it is another than GPT-2's, run by Hugging Face's own library. It is loaded only where there
// is such a file: the models that are trained here need none of it.

import { FormatError } from "@llm.ts/kernels/formats/error.ts";
import type { TokenizerFiles } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { parseObject } from "@llm.ts/kernels/formats/json.ts";
import { unspell } from "@llm.ts/kernels/formats/vocabulary.ts";

/** The files beside the weights, as texts. */
export interface PublishedTokens extends TokenizerFiles {
  readonly settings?: string; // tokenizer_config.json
}

export interface PublishedTokenizer {
  /** The ids of a text, with what the model expects before it. At least one. */
  encode(text: string): number[];
  /** The ids of a text, and nothing before it or after it. */
  encodeBare(text: string): number[];
  /** The bytes of a token; none for an id that no token has. */
  bytes(id: number): Uint8Array;
  /** The token that a text begins with; undefined if config.json names none. */
  readonly begin: number | undefined;
  /** Whether a text ends with this token. */
  ends(id: number): boolean;
  /** Takes tokens one by one, and gives the text that they make: none until a character is whole. */
  writer(before: readonly number[]): (id: number) => string;
}

/**
 * @param V of the model, which must know every token
 * @throws FormatError if the files are no tokenizer, or one of another model
 */
export async function openTokenizer(
  { tokenizer: json, settings, config }: PublishedTokens,
  V: number,
): Promise<PublishedTokenizer> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  const { bos_token_id, eos_token_id } = parseObject("config.json", config);
  let tokenizer: InstanceType<typeof Tokenizer>;
  try {
    const beside = settings === undefined ? {} : parseObject("tokenizer_config.json", settings);
    const parsed = parseObject("tokenizer.json", json);
    checkTokens(parsed);
    tokenizer = new Tokenizer(parsed, beside);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`tokenizer.json: it cannot be used (${(error as Error).message})`);
  }
  const vocabulary = tokenizer.get_vocab(true);
  const highest = highestOf(vocabulary);
  if (highest >= V) {
    throw new FormatError(`tokenizer.json: it has a token ${highest}, but the model V = ${V}`);
  }
  const ending = new Set([eos_token_id].flat());
  const begin = [bos_token_id, eos_token_id].flat().find((id) => typeof id === "number");
  if (begin !== undefined && !(Number.isSafeInteger(begin) && begin >= 0 && begin < V)) {
    const name = typeof bos_token_id === "number" ? "bos_token_id" : "eos_token_id";
    throw new FormatError(`config.json: its ${name} is ${begin}, but the model V = ${V}`);
  }
  const decode = (ids: number[]) =>
    tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  return {
    begin,
    encode(text) {
      const ids = text === "" ? [] : known(tokenizer.encode(text).ids);
      if (ids.length > 0) return ids;
      if (typeof begin === "number") return [begin];
      throw new FormatError("config.json: it names no token that begins a text: give a prompt");
    },
    encodeBare: (text) =>
      text === "" ? [] : known(tokenizer.encode(text, { add_special_tokens: false }).ids),
    bytes: speller(parseObject("tokenizer.json", json), vocabulary),
    ends: (id) => ending.has(id),
    writer(begun) {
      // The text of a token depends on those before it: a blank may go or come, and a character be in several.
      const ids = [...begun];
      let [from, told] = [Math.max(0, ids.length - 8), ids.length];
      return (id) => {
        ids.push(id);
        const before = decode(ids.slice(from, told));
        const text = decode(ids.slice(from));
        if (text.endsWith("\ufffd") || text.length <= before.length) return "";
        [from, told] = [told, ids.length];
        return text.slice(before.length);
      };
    },
  };
}

/** What of a tokenizer.json says how its tokens are spelt. */
interface Spelling {
  readonly added_tokens?: readonly { readonly content: string }[];
  readonly decoder?: Step | null;
}

interface Step {
  readonly type?: string;
  readonly decoders?: readonly Step[];
}

const blank = /\u2581/g; // what SentencePiece writes for a blank

/**
 * The bytes of each token by itself. Unlike the library's own decoding, which is of whole texts, a blank at the beginning
 * stays: what a model writes goes on from something.
 *
 * @throws FormatError if tokens are spelt in none of the two usual ways
 */
function speller(
  { added_tokens = [], decoder }: Spelling,
  vocabulary: ReadonlyMap<string, number>,
): (id: number) => Uint8Array {
  const tokens = new Map(Array.from(vocabulary, ([token, id]) => [id, token]));
  const whole = new Set(added_tokens.map(({ content }) => content));
  const encoder = new TextEncoder();
  const steps = (decoder?.decoders ?? [decoder]).map((step) => step?.type);
  const ofBytes = steps.includes("ByteLevel");
  if (!ofBytes && !steps.some((type) => type === "ByteFallback" || type === "Metaspace")) {
    throw new FormatError(
      `tokenizer.json: its tokens are spelt in a way that is not read here (${steps.map((type) => type ?? "none").join(", ")})`,
    );
  }
  return (id) => {
    const token = tokens.get(id);
    if (token === undefined) return new Uint8Array();
    if (whole.has(token)) return encoder.encode(token);
    if (ofBytes) return unspell(token);
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
    return byte
      ? Uint8Array.of(Number.parseInt(byte, 16))
      : encoder.encode(token.replace(blank, " "));
  };
}

function highestOf(vocabulary: ReadonlyMap<string, number>): number {
  let highest = -1;
  for (const id of vocabulary.values()) highest = Math.max(highest, id);
  return highest;
}

/** What the library runs. It takes any other kind that has merges for byte pairs, and says nothing. */
const tokenizerKinds: readonly unknown[] = ["BPE", "Unigram", "WordPiece", undefined]; // older files give none

/** @throws FormatError if its tokens are made in a way that is not known, or an id is no whole number: the library takes any */
function checkTokens(tokenizer: Readonly<Record<string, unknown>>): void {
  const { type, vocab } = (tokenizer.model ?? {}) as { readonly [key: string]: unknown };
  if (!tokenizerKinds.includes(type)) {
    throw new FormatError(
      `tokenizer.json: its model is of type ${JSON.stringify(type)}, expected BPE, Unigram or WordPiece: no other is run here`,
    );
  }
  const listed = Array.isArray(vocab) ? [] : Object.entries(vocab ?? {}); // of a list the places are the ids
  const { added_tokens: added } = tokenizer;
  const more = Array.isArray(added) ? added.map(({ content, id }) => [content, id]) : [];
  for (const [token, id] of [...listed, ...more]) {
    if (Number.isSafeInteger(id) && id >= 0) continue;
    throw new FormatError(
      `tokenizer.json: its token ${JSON.stringify(token)} has the id ${JSON.stringify(id)}, expected a whole number from 0`,
    );
  }
}

/** @throws FormatError if a text is made of a token that there is not, such as one that is put before it and was left out */
function known(ids: number[]): number[] {
  if (ids.every((id) => Number.isSafeInteger(id))) return ids;
  throw new FormatError(
    "tokenizer.json: it makes a token of a text, or puts one around it, that it does not list: it is damaged, or a part of one",
  );
}
