// GPT-2 as llama.cpp, Ollama and LM Studio run it: a GGUF of architecture gpt2. The same matrices as in our memory, a tensor
// for each layer, and wte has V rows. The file says everything about the model, its tokens included.
//
// Names and keys are those that llama.cpp's own script writes. Source: https://github.com/ggml-org/llama.cpp,
// convert_hf_to_gguf.py, `GPT2Model`, and gguf-py/gguf/constants.py.

import { type Config, checkConfig } from "../gpt2/config.ts";
import type { ParameterName } from "../gpt2/parameters.ts";
import { paddedVocabulary } from "../model/config.ts";
import { blockValues } from "../runtime/q8.ts";
import { count } from "../runtime/shape.ts";
import {
  aligned,
  defaultAlignment,
  encodeGgufHeader,
  fault,
  type GgufHeader,
  type GgufTensor,
  readGgufHeader,
  type Typed,
  type Value,
} from "./gguf.metadata.ts";
import { narrow, widen } from "./half.ts";
import { blockBytes, dequantize, quantize } from "./q8.ts";
import { bytesOf, type Source } from "./source.ts";
import type { Vocabulary } from "./vocabulary.ts";
import {
  checkFinite,
  type GPT2Weights,
  type ReadWeights,
  readerOf,
  type Tensor,
  tensorsOf,
  valuesAtOnce,
} from "./weights.ts";

/** How the matrices are stored; vectors and wpe are always float32, as llama.cpp wants them. */
export type GgufDtype = "F32" | "F16" | "Q8_0";

/** What is read of a file. */
export interface GgufFile extends GPT2Weights {
  readonly vocabulary?: Vocabulary;
  readonly otherTokens?: string; // how tokens are made that are not as GPT-2's are
  readonly dtypes: readonly string[]; // that occur
}

const names: Record<ParameterName, string> = {
  wte: "token_embd.weight",
  wpe: "position_embd.weight",
  ln1w: "blk.{l}.attn_norm.weight",
  ln1b: "blk.{l}.attn_norm.bias",
  qkvw: "blk.{l}.attn_qkv.weight",
  qkvb: "blk.{l}.attn_qkv.bias",
  attprojw: "blk.{l}.attn_output.weight",
  attprojb: "blk.{l}.attn_output.bias",
  ln2w: "blk.{l}.ffn_norm.weight",
  ln2b: "blk.{l}.ffn_norm.bias",
  fcw: "blk.{l}.ffn_up.weight",
  fcb: "blk.{l}.ffn_up.bias",
  fcprojw: "blk.{l}.ffn_down.weight",
  fcprojb: "blk.{l}.ffn_down.bias",
  lnfw: "output_norm.weight",
  lnfb: "output_norm.bias",
};
const head = "output.weight"; // is token_embd.weight once more, where a file has both

/** ggml's types that are read: their numbers, and the bytes of so many values. */
const dtypes = {
  F32: { type: 0, values: 1, bytes: 4 },
  F16: { type: 1, values: 1, bytes: 2 },
  Q8_0: { type: 8, values: blockValues, bytes: blockBytes },
  BF16: { type: 30, values: 1, bytes: 2 },
} as const;
type Dtype = keyof typeof dtypes;

/** llama.cpp's number for what most of a file is stored in. */
const fileTypes: Record<GgufDtype, number> = { F32: 0, F16: 1, Q8_0: 7 };
const tokenTypes = { normal: 1, control: 3, unused: 5 };
const epsilon = 1e-5; // of layernorm
const largest = { F16: "65,504", Q8_0: "8,321,000" };

/**
 * Reads the header of a file, and checks that it holds a GPT-2: every tensor, no other, in the right shape, in F32, F16, BF16
 * or Q8_0.
 *
 * @throws FormatError naming the first thing that is wrong; and whatever the source throws
 */
export async function openGguf(source: Source): Promise<GgufFile> {
  const header = await readGgufHeader(source);
  const config = configOf(header);
  const stored = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  if (stored.size < header.tensors.length) throw fault("two of its tensors have one name");
  checkTensors(stored, config);
  checkPlaces(header, source.size);
  const floats = (tensor: GgufTensor, at: number, length: number) =>
    readFloats(source, header.start, tensor, at, length);
  const output = stored.get(head);
  return {
    config,
    ...tokensOf(header, config),
    dtypes: [...new Set(header.tensors.map(({ type }) => dtypeOf(type) as string))],
    read: readerOf(tensorsOf(config, names), async ({ key, name }, at, into) => {
      into.set(await floats(stored.get(key) as GgufTensor, at, into.length));
      checkFinite(`GGUF: ${key}`, at, into);
      if (name === "wte" && output) checkTied(at, await floats(output, at, into.length), into);
    }),
  };
}

export interface GgufOptions {
  readonly dtype: GgufDtype;
  /** Its tokens. Without, llama.cpp can run the model on ids alone. */
  readonly vocabulary?: Vocabulary;
  /** What to call the model. */
  readonly name?: string;
}

/**
 * Writes a model, a few megabytes at a time. In Q8_0 matrices whose rows are no multiple of 32 are stored as F16.
 *
 * @throws RangeError if the config is no GPT-2's, the vocabulary does not fit it, or a value is too large for the dtype
 */
export async function* encodeGguf(
  config: Config,
  read: ReadWeights<ParameterName>,
  options: GgufOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkConfig(config);
  const tensors = [...tensorsOf(config, names)].map((tensor) => ({
    tensor,
    dtype: storedDtype(tensor, options.dtype),
  }));
  let offset = 0;
  const listed = tensors.map(({ tensor: { key, shape }, dtype }): GgufTensor => {
    const { type } = dtypes[dtype];
    const entry = { name: key, shape, type, offset };
    offset = aligned(offset + bytesIn(dtype, count(shape)), defaultAlignment);
    return entry;
  });
  yield encodeGgufHeader(metadataOf(config, options), listed);
  for (const { tensor, dtype } of tensors) {
    const { key, name, start, shape } = tensor;
    const length = count(shape);
    for (let at = 0; at < length; at += valuesAtOnce) {
      const values = new Float32Array(Math.min(valuesAtOnce, length - at));
      await read(name, start + at, values);
      yield encode(key, at, values, dtype);
    }
    const bytes = bytesIn(dtype, length);
    const padding = aligned(bytes, defaultAlignment) - bytes;
    if (padding > 0) yield new Uint8Array(padding);
  }
}

function storedDtype({ name, shape }: Tensor, dtype: GgufDtype): GgufDtype {
  if (name === "wpe" || shape.length === 1) return "F32";
  return dtype === "Q8_0" && shape[1] % blockValues !== 0 ? "F16" : dtype;
}

function encode(
  key: string,
  at: number,
  values: Float32Array<ArrayBuffer>,
  dtype: GgufDtype,
): Uint8Array<ArrayBuffer> {
  if (dtype === "F32") return bytesOf(values);
  if (dtype === "Q8_0") {
    const blocks = quantize(values);
    if (blocks) return blocks;
  } else {
    const bits = narrow(values, "F16");
    if (!bits.some((each) => (each & 0x7fff) >= 0x7c00)) return bytesOf(bits);
  }
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  throw new RangeError(
    `GGUF: ${key} has a value of size ${most}, of those from ${at} on, and ${dtype} goes to ${largest[dtype]}: write it as F32`,
  );
}

function metadataOf(
  config: Config,
  { dtype, vocabulary, name = "GPT-2" }: GgufOptions,
): [string, Typed][] {
  const { maxT, V, L, NH, C } = config;
  return [
    ["general.architecture", ["string", "gpt2"]],
    ["general.type", ["string", "model"]],
    ["general.name", ["string", name]],
    ["general.file_type", ["uint32", fileTypes[dtype]]],
    ["general.quantization_version", ["uint32", 2]],
    ["gpt2.block_count", ["uint32", L]],
    ["gpt2.context_length", ["uint32", maxT]],
    ["gpt2.embedding_length", ["uint32", C]],
    ["gpt2.feed_forward_length", ["uint32", 4 * C]],
    ["gpt2.attention.head_count", ["uint32", NH]],
    ["gpt2.attention.layer_norm_epsilon", ["float32", epsilon]],
    ["gpt2.vocab_size", ["uint32", V]],
    ...tokenizerOf(V, vocabulary),
  ];
}

function tokenizerOf(V: number, vocabulary: Vocabulary | undefined): [string, Typed][] {
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

/** The tokens of a file, if it has any. */
function tokensOf(
  { metadata }: GgufHeader,
  { V }: Config,
): Pick<GgufFile, "vocabulary" | "otherTokens"> {
  const key = (name: string) => metadata.get(`tokenizer.ggml.${name}`);
  const [model = "none", pre = "gpt-2", end] = [key("model"), key("pre"), key("eos_token_id")];
  if (model === "none" || model === "no_vocab") return {};
  if (model !== "gpt2" || pre !== "gpt-2") return { otherTokens: `${model}, ${pre}` };
  const [tokens, merges, kinds = []] = [key("tokens"), key("merges"), key("token_type")];
  if (!isTexts(tokens) || !isTexts(merges) || !Array.isArray(kinds)) {
    throw fault("it has no list of tokens and merges: the file is damaged");
  }
  if (tokens.length !== V) {
    throw fault(`it has ${tokens.length} tokens, but ${names.wte} has ${V} rows`);
  }
  if (typeof end !== "number" || !(end >= 0 && end < V)) {
    throw fault(`tokenizer.ggml.eos_token_id is ${end}, expected an id from 0 to ${V - 1}`);
  }
  const used = kinds.findLastIndex((kind) => kind !== tokenTypes.unused) + 1;
  return { vocabulary: { tokens: tokens.slice(0, used || V), merges, end } };
}

function isTexts(value: Value | undefined): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function configOf({ metadata, tensors }: GgufHeader): Config {
  const architecture = metadata.get("general.architecture");
  if (architecture !== "gpt2") {
    throw fault(`its architecture is ${architecture}, expected gpt2: it is another model`);
  }
  const size = (key: string) => {
    const value = metadata.get(`gpt2.${key}`);
    if (typeof value === "number") return value;
    throw fault(`it has no number gpt2.${key}: the file is damaged, or a part of a model`);
  };
  const [V] = tensors.find(({ name }) => name === names.wte)?.shape ?? [];
  if (V === undefined) throw fault(`there is no tensor ${names.wte}: it is a part of a model`);
  const config = {
    maxT: size("context_length"),
    V,
    Vp: paddedVocabulary(V),
    L: size("block_count"),
    NH: size("attention.head_count"),
    C: size("embedding_length"),
  };
  try {
    checkConfig(config);
  } catch (error) {
    throw fault(`its sizes are no GPT-2's: ${(error as Error).message}`);
  }
  const hidden = metadata.get("gpt2.feed_forward_length") ?? 4 * config.C;
  if (hidden !== 4 * config.C) {
    throw fault(
      `gpt2.feed_forward_length is ${hidden}, but in GPT-2 it is 4 * C = ${4 * config.C}`,
    );
  }
  const eps = metadata.get("gpt2.attention.layer_norm_epsilon") ?? epsilon;
  if (Math.fround(Number(eps)) !== Math.fround(epsilon)) {
    throw fault(`its layernorm adds ${eps} to the variance, but GPT-2's ${epsilon}`);
  }
  return config;
}

function checkTensors(stored: ReadonlyMap<string, GgufTensor>, config: Config): void {
  const shapes = new Map<string, readonly number[]>([[head, [config.V, config.C]]]);
  for (const { key, shape } of tensorsOf(config, names)) shapes.set(key, shape);
  for (const [name, expected] of shapes) {
    const tensor = stored.get(name);
    if (!tensor && name === head) continue;
    if (!tensor) throw fault(`there is no tensor ${name}: the file is a part of a model`);
    if (`${tensor.shape}` !== `${expected}`) {
      throw fault(
        `${name} has shape (${tensor.shape.join(", ")}), expected (${expected.join(", ")}) for the sizes that the file gives`,
      );
    }
  }
  for (const { name, shape, type } of stored.values()) {
    if (!shapes.has(name)) {
      throw fault(`it has a tensor ${name}, which GPT-2 does not have: it is another model`);
    }
    const dtype = dtypeOf(type);
    if (!dtype) {
      throw fault(
        `${name} is of ggml's type ${type}, expected ${Object.keys(dtypes).join(", ")}: get the model in one of these`,
      );
    }
    if ((shape.at(-1) as number) % dtypes[dtype].values !== 0) {
      throw fault(`${name} is ${dtype}, but its rows of ${shape.at(-1)} are no multiple of 32`);
    }
  }
}

/** The tensors follow one another, each at a multiple of the alignment, and nothing else comes after them. */
function checkPlaces({ tensors, start, alignment }: GgufHeader, size: number): void {
  let [expected, end] = [0, 0];
  for (const { name, shape, type, offset } of tensors) {
    if (offset !== expected) {
      throw fault(`${name} begins at byte ${offset} of the data, expected ${expected}`);
    }
    end = offset + bytesIn(dtypeOf(type) as Dtype, count(shape));
    expected = aligned(end, alignment);
    if (start + end > size) {
      throw fault(`${name} ends at byte ${start + end}, but the file has ${size}: it is truncated`);
    }
  }
  if (size > start + expected) {
    throw fault(`${size - start - expected} bytes follow the last tensor, expected none`);
  }
}

async function readFloats(
  source: Source,
  start: number,
  { type, offset }: GgufTensor,
  at: number,
  length: number,
): Promise<Float32Array<ArrayBuffer>> {
  const dtype = dtypeOf(type) as Dtype;
  const place = (value: number) => start + offset + bytesIn(dtype, value);
  if (dtype === "F32") {
    const values = new Float32Array(length);
    await source.read(bytesOf(values), place(at));
    return values;
  }
  if (dtype === "Q8_0") {
    const first = Math.floor(at / blockValues) * blockValues;
    const blocks = Math.ceil((at + length - first) / blockValues);
    const bytes = new Uint8Array(blocks * blockBytes);
    await source.read(bytes, place(first));
    return dequantize(bytes).subarray(at - first, at - first + length);
  }
  const bits = new Uint16Array(length);
  await source.read(bytesOf(bits), place(at));
  return widen(bits, dtype);
}

function checkTied(start: number, tied: Float32Array, wte: Float32Array): void {
  const i = wte.findIndex((value, i) => value !== tied[i]);
  if (i < 0) return;
  throw fault(
    `value ${start + i} of ${head} is ${tied[i]}, but that of ${names.wte} is ${wte[i]}: in GPT-2 they are one matrix, so this is another model`,
  );
}

function dtypeOf(type: number): Dtype | undefined {
  return (Object.keys(dtypes) as Dtype[]).find((dtype) => dtypes[dtype].type === type);
}

/** Bytes of so many values. */
function bytesIn(dtype: Dtype, length: number): number {
  return (length / dtypes[dtype].values) * dtypes[dtype].bytes;
}
