// Small tokenizers as Hugging Face publishes them, one of each kind that a GGUF has a name for.

import type { TokenizerFiles } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { vocabularyOf } from "../../src/training/merges.ts";

export const V = 1024;
export const kinds = [
  ...(["gpt-2", "llama-bpe", "smollm"] as const),
  ...(["prefixed pieces", "bare pieces", "metaspace pieces"] as const),
];
export type TokenizerKind = (typeof kinds)[number];

// Source: Llama 3's tokenizer.json.
const words =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };

export const texts = [
  "Hello world, it's a test: they'll say 12345 naïve things, won't they?",
  "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.",
  "  two  blanks,\ttabs\r\n and\u00a0others   \n\n\n at the end  ",
  "Zoë 漢字 русский עברית 😀👩‍👩‍👧 x²⁺½ \u0001 ▁ here",
  "for (let i = 0; i < n; i++) { a[i] += b[i] ** 2; } // 'quoted' 1000000",
  "IT'S I'LL DON'T",
  "a",
];

const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: false };

/** A text to learn pieces from. */
const sample = `${texts.join(" ")} the king and the queen of the land where they had been before the long war of the kings, in the end of the night `;

export function tokenizerOf(kind: TokenizerKind): TokenizerFiles {
  const tokenizer = kind.endsWith("pieces") ? ofPieces(kind) : ofBytes(kind);
  const ends = kind.endsWith("pieces") ? [1, 2] : [V - 2, V - 1];
  return {
    tokenizer: JSON.stringify(tokenizer),
    config: JSON.stringify({ bos_token_id: ends[0], eos_token_id: ends[1] }),
  };
}

/** Puts a token before every text. */
const begun = (content: string, id: number) => ({
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: content, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [],
  special_tokens: { [content]: { id: content, ids: [id], tokens: [content] } },
});

function ofBytes(kind: TokenizerKind) {
  const llama3 = kind === "llama-bpe";
  const begins = kind !== "smollm";
  const vocabulary = vocabularyOf(V - 1);
  if (!vocabulary) throw new Error("V is too small");
  const tokens = vocabulary.tokens.slice(0, V - 2);
  const added = ["<|begin_of_text|>", "<|end_of_text|>"].map((content, i) => ({
    ...{ id: V - 2 + i, content, special: true, ...flags },
  }));
  const steps = llama3
    ? [
        { type: "Split", pattern: { Regex: words }, behavior: "Isolated", invert: false },
        { ...byteLevel, use_regex: false },
      ]
    : [
        { type: "Digits", individual_digits: true },
        { ...byteLevel, use_regex: true },
      ];
  return {
    added_tokens: added,
    normalizer: null,
    pre_tokenizer:
      kind === "gpt-2"
        ? { ...byteLevel, use_regex: true }
        : { type: "Sequence", pretokenizers: steps },
    post_processor: begins
      ? { type: "Sequence", processors: [byteLevel, begun(added[0].content, V - 2)] }
      : byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      unk_token: null,
      byte_fallback: false,
      ignore_merges: llama3,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: vocabulary.merges,
    },
  };
}

/** Pieces learned from the sample, then its characters: ids as in Llama 2's. */
function ofPieces(kind: TokenizerKind) {
  const prefixed = kind === "prefixed pieces";
  const cut = sample.replaceAll(" ", "\u0000▁").split("\u0000");
  const parts = cut.map((word) => Array.from(word));
  const characters = [...new Set(parts.flat())].filter((each) => /[\p{L}\p{P}\p{N}▁]/u.test(each));
  const known = new Set(characters);
  const made: string[] = [];
  while (made.length < 300) {
    const counts = new Map<string, number>();
    for (const word of parts) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (!known.has(word[i]) || !known.has(word[i + 1])) continue;
        const pair = word[i] + word[i + 1];
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (!best || best[1] < 2) break;
    const [piece] = best;
    made.push(piece);
    known.add(piece);
    for (const word of parts) {
      for (let i = 0; i + 1 < word.length; i++) {
        if (word[i] + word[i + 1] === piece) word.splice(i, 2, piece);
      }
    }
  }
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...made, ...characters];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const merges = made.flatMap((piece) => {
    const letters = Array.from(piece);
    const halves = letters.map((_, i) => [letters.slice(0, i).join(""), letters.slice(i).join("")]);
    return halves
      .filter((pair) => pair.every((half) => half in vocab))
      .map((pair) => pair.join(" "));
  });
  const replace = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const prepend = { type: "Prepend", prepend: "▁" };
  const words = { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious" };
  const blanks = {
    normalizer: prefixed ? { type: "Sequence", normalizers: [prepend, replace] } : replace,
    pre_tokenizer: prefixed ? null : { ...words, invert: false },
    ...(kind === "metaspace pieces" && { normalizer: null, pre_tokenizer: metaspace }),
  };
  return {
    added_tokens: tokens
      .slice(0, 3)
      .map((content, id) => ({ id, content, special: true, ...flags })),
    ...blanks,
    post_processor: begun("<s>", 1),
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(prefixed ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      ...{ type: "BPE", unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
      ...{ vocab, merges },
    },
  };
}
