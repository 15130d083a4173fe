// The kinds of files that a model is given out as, by the command and by the page.

import { encodeGguf } from "@llm.ts/kernels/formats/gguf.ts";
import { writeLlama } from "@llm.ts/kernels/formats/huggingface.llama.ts";
import type { TokenizerFiles } from "@llm.ts/kernels/formats/huggingface.tokenizer.ts";
import { writeHuggingFace } from "@llm.ts/kernels/formats/huggingface.ts";
import { encodeModel } from "@llm.ts/kernels/formats/llmc.ts";
import type { Vocabulary } from "@llm.ts/kernels/formats/vocabulary.ts";
import type { GPT2Weights, LlamaWeights, Weights } from "@llm.ts/kernels/formats/weights.ts";
import { type Config, isLlama } from "@llm.ts/kernels/models.ts";

interface Notes {
  readonly vocabulary?: Vocabulary; // goes into a GGUF
  readonly published?: TokenizerFiles; // likewise, where the tokens are others than GPT-2's
  readonly metadata?: Readonly<Record<string, string>>; // goes into safetensors
}

type Chunks = AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
type Encode<Weights = GPT2Weights> = (weights: Weights, notes: Notes) => Chunks;

const llmc =
  (dtype: "float32" | "bfloat16"): Encode =>
  ({ config, read }) =>
    encodeModel(config, read, dtype);

const gguf =
  (dtype: "F32" | "F16" | "Q8_0"): Encode<Weights> =>
  ({ config, read }, { vocabulary, published }) =>
    encodeGguf(config, read, { dtype, vocabulary, published });

const ggufs = { gguf: gguf("F32"), "gguf-f16": gguf("F16"), "gguf-q8_0": gguf("Q8_0") };

const kinds = {
  safetensors: {
    name: "model.safetensors",
    encode: ({ config, read }: GPT2Weights, { metadata }: Notes) =>
      writeHuggingFace(config, read, metadata),
  },
  llmc: { name: "model.bin", encode: llmc("float32") },
  "llmc-bf16": { name: "model_bf16.bin", encode: llmc("bfloat16") },
  gguf: { name: "model.gguf", encode: ggufs.gguf },
  "gguf-f16": { name: "model-f16.gguf", encode: ggufs["gguf-f16"] },
  "gguf-q8_0": { name: "model-q8_0.gguf", encode: ggufs["gguf-q8_0"] },
} as const satisfies Record<string, { name: string; encode: Encode }>;

export type WeightsKind = keyof typeof kinds;
export const weightsKinds = Object.keys(kinds) as WeightsKind[];

/** What such a file is called. */
export function fileName(kind: WeightsKind): string {
  return kinds[kind].name;
}

/** Whether the tokens of the model are in such a file. */
export function holdsTokens(kind: WeightsKind): boolean {
  return kind.startsWith("gguf");
}

/** Those kinds that can hold a Llama or a relative of it; llm.c has GPT-2s only. */
const llamaKinds: Partial<Record<WeightsKind, Encode<LlamaWeights>>> = {
  safetensors: (weights, { metadata }) => writeLlama(weights, metadata),
  ...ggufs,
};

/** The kinds of files that can hold a model. */
export function kindsFor(config: Config): WeightsKind[] {
  return isLlama(config) ? weightsKinds.filter((kind) => kind in llamaKinds) : weightsKinds;
}

/** A model as a file, a few megabytes at a time. @throws RangeError if the kind cannot hold it, or one of its values */
export function encodeWeights(kind: WeightsKind, weights: Weights, notes: Notes = {}): Chunks {
  const { config } = weights;
  const read: Weights["read"] = (...piece) => weights.read(...piece);
  if (!isLlama(config)) return kinds[kind].encode({ config, read }, notes);
  const encode = llamaKinds[kind];
  if (encode) return encode({ config, read }, notes);
  const others = new Intl.ListFormat("en-GB").format(Object.keys(llamaKinds));
  throw new RangeError(
    `${fileName(kind)}: this kind of file is written for GPT-2 here, and the model is a Llama; ${others} can hold it`,
  );
}
