// tokenizer.json, which lies beside model.safetensors and holds the tokens: a byte-level byte-pair encoding, as Hugging Face
// publishes GPT-2's. Source: https://huggingface.co/openai-community/gpt2, tokenizer.json.

import { FormatError } from "./error.ts";
import { parseObject } from "./json.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The files beside the weights, as texts. */
export interface TokenizerFiles {
  readonly tokenizer: string; // tokenizer.json
  readonly config: string; // config.json, which names the tokens that begin and end a text
}

/** The text of a tokenizer.json. */
export function encodeTokenizer({ tokens, merges, end }: Vocabulary): string {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: true };
  const special = { id: end, content: tokens[end], ...flags, special: true };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [special],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
  return `${JSON.stringify(tokenizer)}\n`;
}

/** One of a tokenizer.json's tokens that are not merged. */
export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
  single_word?: boolean;
  lstrip?: boolean;
  rstrip?: boolean;
}

interface Tokenizer {
  added_tokens?: AddedToken[];
  normalizer?: object | null;
  pre_tokenizer?: { type?: string; use_regex?: boolean; add_prefix_space?: boolean } | null;
  post_processor?: { type?: string } | null;
  model?: {
    type?: string;
    vocab?: Record<string, number>;
    merges?: (string | string[])[];
    ignore_merges?: boolean;
    continuing_subword_prefix?: string;
    end_of_word_suffix?: string;
  };
}

/** Whether a tokenizer.json makes tokens as GPT-2's does, so that `readTokenizer` reads it. @throws FormatError if it is no JSON */
export function isLikeGpt2(text: string): boolean {
  return unlikeGpt2(parse(text)) === undefined;
}

/** What a tokenizer does otherwise than GPT-2's, if anything. */
function unlikeGpt2({
  added_tokens = [],
  normalizer,
  pre_tokenizer,
  model = {},
}: Tokenizer): string | undefined {
  const { type = "BPE", vocab, merges } = model; // older files give no type
  if (type !== "BPE" || !vocab || !merges) return "it is no byte-pair encoding, which GPT-2's is";
  const { type: words, use_regex = true, add_prefix_space = false } = pre_tokenizer ?? {};
  if (words !== "ByteLevel" || !use_regex || add_prefix_space) {
    return "it does not cut texts into words as GPT-2 does: it is another model's";
  }
  if (normalizer) return "it changes texts before it cuts them: it is another model's";
  if (model.ignore_merges || model.continuing_subword_prefix || model.end_of_word_suffix) {
    return "it does not merge as GPT-2 does: it is another model's";
  }
  const ends = added_tokens.some(({ special }) => special);
  return ends ? undefined : "it has no special token that ends a text";
}

/**
 * Whether the files say more than the vocabulary that is in them: tokens that are special beside the one that ends a text, or are
 * put around every text.
 */
export function saysMore({ tokenizer, config }: TokenizerFiles, { end }: Vocabulary): boolean {
  const { added_tokens = [], post_processor } = parse(tokenizer);
  const { bos_token_id, eos_token_id } = parseObject("config.json", config);
  return (
    added_tokens.some(
      ({ id, lstrip, rstrip, single_word }) => id !== end || lstrip || rstrip || single_word,
    ) ||
    (post_processor?.type ?? "ByteLevel") !== "ByteLevel" ||
    [bos_token_id, eos_token_id].flat().some((id) => (id ?? end) !== end)
  );
}

/**
 * Reads the tokens of a tokenizer.json.
 *
 * @param V of the model beside it, which has at least as many rows as there are tokens
 * @throws FormatError if it is no JSON, or no byte-level encoding as GPT-2's is
 */
export function readTokenizer(text: string, V: number): Vocabulary {
  const tokenizer = parse(text);
  const unlike = unlikeGpt2(tokenizer);
  if (unlike !== undefined) throw fault(unlike);
  const { added_tokens = [], model: { vocab = {}, merges = [] } = {} } = tokenizer;
  const tokens = inOrder(vocab, added_tokens, fault);
  if (tokens.length > V) throw fault(`it has ${tokens.length} tokens, but the model V = ${V}`);
  const end = added_tokens.findLast(({ special }) => special)?.id as number;
  return { tokens, merges: merges.map((pair) => [pair].flat().join(" ")), end };
}

/** All tokens by their ids. @throws what `fault` makes, if one is missing, or an id is none */
export function inOrder(
  vocab: Readonly<Record<string, number>>,
  added: readonly { readonly id: number; readonly content: string }[],
  fault: (what: string) => Error,
): string[] {
  const named = [
    ...Object.entries(vocab),
    ...added.map(({ content, id }) => [content, id] as const),
  ];
  const tokens: (string | undefined)[] = [];
  let beyond = false; // an id so large that there must be one missing below it: no list is made as long as that
  for (const [token, id] of named) {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw fault(
        `its token ${JSON.stringify(token)} has the id ${JSON.stringify(id)}, expected a whole number from 0`,
      );
    }
    if (id < named.length) tokens[id] = token;
    else beyond = true;
  }
  const hole = Array.from(tokens).findIndex((token) => typeof token !== "string");
  if (beyond || hole >= 0) {
    throw fault(`there is no token ${hole >= 0 ? hole : tokens.length}, but later ones`);
  }
  return tokens as string[];
}

const parse = (text: string): Tokenizer => parseObject("tokenizer.json", text);

function fault(what: string): FormatError {
  return new FormatError(`tokenizer.json: ${what}`);
}
