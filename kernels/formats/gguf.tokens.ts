// The tokens in a GGUF: GPT-2's, or the beginning of them, as text; or a published tokenizer, where llama.cpp knows what it does.

import type { Config } from "../models.ts";
import { embedding } from "./gguf.layout.ts";
import { fault, type GgufHeader, isTexts, type Typed } from "./gguf.metadata.ts";
import { encodePublished, readPublished, tokenTypes } from "./gguf.tokenizer.ts";
import type { TokenizerFiles } from "./huggingface.tokenizer.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What is known of a file's tokens. */
export interface Tokens {
  readonly vocabulary?: Vocabulary;
  readonly otherTokens?: string; // how tokens are made that are not as GPT-2's are
  readonly published?: TokenizerFiles; // the same as tokenizer.json has it, where that can be told
}

/**
 * The keys that tell them.
 *
 * @throws RangeError if the vocabulary does not fit the model; FormatError if llama.cpp cannot be told the tokenizer exactly
 */
export function encodeTokens(V: number, { vocabulary, published }: Tokens): [string, Typed][] {
  if (published) return encodePublished(V, published);
  if (!vocabulary) return [["tokenizer.ggml.model", ["string", "none"]]];
  const { tokens, merges, end } = vocabulary;
  if (tokens.length > V) {
    throw new RangeError(
      `GGUF: the vocabulary has ${tokens.length} tokens, but the model V = ${V}`,
    );
  }
  const { normal, control, unused } = tokenTypes;
  const typeOf = (id: number) => (id === end ? control : id < tokens.length ? normal : unused);
  const ids = Array.from({ length: V }, (_, id) => id);
  return [
    ["tokenizer.ggml.model", ["string", "gpt2"]],
    ["tokenizer.ggml.pre", ["string", "gpt-2"]],
    ["tokenizer.ggml.tokens", ["string", ids.map((id) => tokens[id] ?? `[PAD${id}]`)]],
    ["tokenizer.ggml.token_type", ["int32", ids.map(typeOf)]],
    ["tokenizer.ggml.merges", ["string", merges]],
    ["tokenizer.ggml.bos_token_id", ["uint32", end]],
    ["tokenizer.ggml.eos_token_id", ["uint32", end]],
    ["tokenizer.ggml.add_bos_token", ["bool", false]],
  ];
}

/** The tokens of a file, if it has any. @throws FormatError if they do not make sense */
export function readTokens(header: GgufHeader, { V }: Config): Tokens {
  const { metadata } = header;
  const key = (name: string) => metadata.get(`tokenizer.ggml.${name}`);
  const [model = "none", pre = "gpt-2", end] = [key("model"), key("pre"), key("eos_token_id")];
  if (model === "none" || model === "no_vocab") return {};
  if (model !== "gpt2" || pre !== "gpt-2") {
    const published = readPublished(header, V);
    return { otherTokens: `${model}, ${pre}`, ...(published && { published }) };
  }
  const [tokens, merges, kinds = []] = [key("tokens"), key("merges"), key("token_type")];
  if (!isTexts(tokens) || !isTexts(merges) || !Array.isArray(kinds)) {
    throw fault("it has no list of tokens and merges: the file is damaged");
  }
  if (tokens.length !== V) {
    throw fault(`it has ${tokens.length} tokens, but ${embedding} has ${V} rows`);
  }
  if (typeof end !== "number" || !(end >= 0 && end < V)) {
    throw fault(`tokenizer.ggml.eos_token_id is ${end}, expected an id from 0 to ${V - 1}`);
  }
  const used = kinds.findLastIndex((kind) => kind !== tokenTypes.unused) + 1;
  return {
    vocabulary: { tokens: tokens.slice(0, used || V), merges, end },
    published: readPublished(header, V),
  };
}
