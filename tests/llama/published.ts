// The small Llama that PyTorch wrote, as Hugging Face would publish it: with a tokenizer of 19 tokens, and a text whose first tokens
// are the batch that PyTorch computed.

import { readSafetensors, writeSafetensors } from "@llm.ts/kernels/formats/safetensors.ts";
import { load, loadReference } from "../reference.ts";

const { metadata } = readSafetensors(await load("reference/huggingface-families.safetensors"));
const [computed] = await loadReference("huggingface-families");
const { V } = computed.sizes;

/** Its tokens by their ids: letters, but for these. Two letters that follow one another, m and n, are one. */
const special = { 11: "<s>", 18: "</s>" };
const others: Record<number, string> = { ...special, 16: "mn", 17: "Ġ" };
const tokens = Array.from({ length: V }, (_, id) => others[id] ?? String.fromCharCode(97 + id));

const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };

export const tokenizer = JSON.stringify({
  added_tokens: Object.entries(special).map(([id, content]) => ({
    ...{ id: Number(id), content, special: true, ...flags },
  })),
  normalizer: null,
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "Digits", individual_digits: true },
      { ...byteLevel, use_regex: true },
    ],
  },
  post_processor: {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [],
    special_tokens: { "<s>": { id: "<s>", ids: [11], tokens: ["<s>"] } },
  },
  decoder: byteLevel,
  model: {
    type: "BPE",
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges: ["m n"],
  },
});

export const config = JSON.stringify({
  ...JSON.parse(metadata.llama),
  ...{ bos_token_id: 11, eos_token_id: 18 },
});

export const weights = await load("reference/huggingface-llama.safetensors");

/** The weights in two files, and the list of them. */
export function inParts(): Record<string, Uint8Array | string> {
  const all = [...readSafetensors(weights).tensors];
  const halves = [all.slice(0, 5), all.slice(5)];
  const names = [1, 2].map((part) => `model-0000${part}-of-00002.safetensors`);
  const files = halves.map((tensors) =>
    writeSafetensors({ metadata: { format: "pt" }, tensors: new Map(tensors) }),
  );
  const places = halves.flatMap((tensors, i) => tensors.map(([key]) => [key, names[i]]));
  return {
    [names[0]]: files[0],
    [names[1]]: files[1],
    "model.safetensors.index.json": JSON.stringify({
      metadata: {},
      weight_map: Object.fromEntries(places),
    }),
  };
}

/** With <s> before it, it is the first of PyTorch's two texts, whose last target is mn. */
export const prompt = "bapkfff";
export const text = `${prompt}mn${" mn bad dog on a hop".repeat(4)}`;

/** PyTorch's loss on its first text, of the logits that it computed. */
export function lossOfText(): number {
  const targets = computed.ints("targets");
  let sum = 0;
  for (let t = 0; t < 8; t++) {
    const row = logitsAt(t);
    sum += Math.log(row.reduce((all, value) => all + Math.exp(value), 0)) - row[targets[t]];
  }
  return sum / 8;
}

/** The token that PyTorch holds to be the likeliest after the prompt. */
export function likeliest(): string {
  const row = logitsAt(7);
  return tokens[row.indexOf(Math.max(...row))];
}

const logitsAt = (t: number): number[] => [
  ...computed.floats("logits").subarray(t * V, (t + 1) * V),
];
