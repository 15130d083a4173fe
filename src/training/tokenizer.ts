// GPT-2's tokenizer: the package's byte-pair encoding, with a pattern of our own.
//
// A text is first cut into words, and merges stay within a word. OpenAI's pattern says \s for white space and means
// Unicode's White_Space, as Python and Rust do. JavaScript's \s is another set: it lacks U+0085 and has U+FEFF.

import { BytePairEncodingCore } from "gpt-tokenizer/BytePairEncodingCore";
import ranks from "gpt-tokenizer/bpeRanks/r50k_base";
import { endOfTextMarker } from "./separators.ts";

/** The id of <|endoftext|>, with which every section of a text begins. */
export const endOfText = 50256;

/** The words of a text, one match each. Source: https://github.com/openai/gpt-2, src/encoder.py. */
export const words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const core = new BytePairEncodingCore({
  bytePairRankDecoder: ranks,
  specialTokensEncoder: new Map([[endOfTextMarker, endOfText]]),
  tokenSplitRegex: words,
});

/** The ids of a text. "<|endoftext|>" in it is text like any other. */
export function encode(text: string): number[] {
  return core.encodeNative(text);
}
