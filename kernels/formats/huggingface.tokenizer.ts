// tokenizer.json, which lies beside model.safetensors and holds the tokens: a byte-level byte-pair encoding, as Hugging Face
// publishes GPT-2's. Source: https://huggingface.co/openai-community/gpt2, tokenizer.json.

import { FormatError } from "./error.ts";
import type { Vocabulary } from "./vocabulary.ts";

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

interface Tokenizer {
  added_tokens?: { id: number; content: string; special?: boolean }[];
  pre_tokenizer?: { type?: string; use_regex?: boolean };
  model?: { type?: string; vocab?: Record<string, number>; merges?: (string | string[])[] };
}

/** Whether texts are cut into words as GPT-2 cuts them, so that `readTokenizer` reads the file. @throws FormatError if it is no JSON */
export function cutsAsGpt2(text: string): boolean {
  const { model, pre_tokenizer } = parse(text);
  return (
    model?.type === "BPE" &&
    pre_tokenizer?.type === "ByteLevel" &&
    pre_tokenizer.use_regex !== false
  );
}

/**
 * Reads the tokens of a tokenizer.json.
 *
 * @param V of the model beside it, which has at least as many rows as there are tokens
 * @throws FormatError if it is no JSON, or no byte-level encoding as GPT-2's is
 */
export function readTokenizer(text: string, V: number): Vocabulary {
  const { added_tokens = [], pre_tokenizer, model } = parse(text);
  const { type, vocab, merges } = model ?? {};
  if ((type !== undefined && type !== "BPE") || !vocab || !merges) {
    throw fault("it is no byte-pair encoding, which GPT-2's is");
  }
  if (pre_tokenizer?.type !== "ByteLevel" || pre_tokenizer.use_regex === false) {
    throw fault("it does not cut texts into words as GPT-2 does: it is another model's");
  }
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(vocab)) tokens[id] = token;
  for (const { id, content } of added_tokens) tokens[id] = content;
  const missing = Array.from(tokens).findIndex((token) => typeof token !== "string");
  if (missing >= 0) throw fault(`there is no token ${missing}, but later ones`);
  if (tokens.length > V) throw fault(`it has ${tokens.length} tokens, but the model V = ${V}`);
  const end = added_tokens.findLast(({ special }) => special)?.id;
  if (end === undefined) throw fault("it has no special token that ends a text");
  return { tokens, merges: merges.map((pair) => [pair].flat().join(" ")), end };
}

function parse(text: string): Tokenizer {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // It is said below.
  }
  throw fault("it is not JSON");
}

function fault(what: string): FormatError {
  return new FormatError(`tokenizer.json: ${what}`);
}
