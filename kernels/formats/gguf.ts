// Models as llama.cpp, Ollama and LM Studio run them: GPT-2, Llama, Mistral and Gemma as GGUF. The same matrices as in our memory,
// a tensor for each layer, and wte has V rows. The file says everything about the model, its tokens included.

import { type Config, checkConfig, isLlama, kindOf } from "../models.ts";
import { count } from "../runtime/shape.ts";
import { gpt2Layout } from "./gguf.gpt2.ts";
import {
  bytesIn,
  checkPlaces,
  checkShapes,
  checkTensors,
  dtypeOf,
  embedding,
  encode,
  fileTypes,
  type GgufDtype,
  head,
  type Layout,
  readFloats,
  storedDtype,
  typeOf,
} from "./gguf.layout.ts";
import {
  factorsKey,
  type LlamaArchitecture,
  llamaArchitectureOf,
  llamaLayout,
  pairsOf,
  withFactors,
} from "./gguf.llama.ts";
import {
  aligned,
  defaultAlignment,
  encodeGgufHeader,
  fault,
  type GgufHeader,
  type GgufTensor,
  readGgufHeader,
} from "./gguf.metadata.ts";
import { encodeTokens, readTokens, type Tokens } from "./gguf.tokens.ts";
import type { TokenizerFiles } from "./huggingface.tokenizer.ts";
import { withPairs } from "./pairs.ts";
import { missingOf } from "./relatives.ts";
import { bytesOf, type Source } from "./source.ts";
import type { Vocabulary } from "./vocabulary.ts";
import {
  checkFinite,
  type LlamaWeights,
  type ReadWeights,
  readerOf,
  tensorsOf,
  valuesAtOnce,
  type Weights,
} from "./weights.ts";

/** What is read of a file. */
export interface GgufFile extends Weights, Tokens {
  readonly architecture: string; // as llama.cpp calls it
  readonly dtypes: readonly string[]; // that occur
}

const layouts: Readonly<Record<string, Layout>> = {
  gpt2: gpt2Layout as unknown as Layout,
  llama: llamaLayout("llama") as unknown as Layout,
  gemma: llamaLayout("gemma") as unknown as Layout,
};

/**
 * Reads the header of a file, and checks that it holds a GPT-2, Llama, Mistral or Gemma: every tensor, no other, in the right
 * shape, in F32, F16, BF16 or Q8_0.
 *
 * @throws FormatError naming the first thing that is wrong; and whatever the source throws
 */
export async function openGguf(source: Source): Promise<GgufFile> {
  const header = await readGgufHeader(source);
  const { architecture, layout } = layoutOf(header);
  const stored = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  if (stored.size < header.tensors.length) throw fault("two of its tensors have one name");
  const found = layout.configOf(header, sizesOf(header, architecture));
  // Before anything is done for each layer: a number that is damaged may be of billions.
  if (found.L > header.tensors.length) {
    throw fault(
      `it says that there are ${found.L} layers (${architecture}.block_count), but it has ${header.tensors.length} tensors: it is damaged, or a part of a model`,
    );
  }
  const { names, constantsOf, reasonFor } = layout;
  const shapes = new Map<string, readonly number[]>([[head, [found.V, found.C]]]);
  for (const { key, shape } of tensorsOf(found, names)) shapes.set(key, shape);
  checkShapes(stored, shapes); // first, so that the sizes from which constants are computed are those of the tensors
  for (const { key, values } of constantsOf(found)) shapes.set(key, [values.length]);
  const untied = isLlama(found) && !found.tied;
  checkTensors(stored, shapes, (key) => reasonFor(key, found));
  checkPlaces(header, source.size);
  const floats = (tensor: GgufTensor, at: number, length: number) =>
    readFloats(source, header.start, tensor, at, length);
  const factors = stored.get(factorsKey);
  const config =
    factors && isLlama(found)
      ? withFactors(found, header, await floats(factors, 0, count(factors.shape)))
      : found;
  const output = untied ? undefined : stored.get(head);
  return {
    config,
    architecture,
    ...readTokens(header, config),
    dtypes: [...new Set(header.tensors.map(({ type }) => dtypeOf(type) as string))],
    read: readerOf(tensorsOf(config, names), async ({ key, name }, at, into) => {
      into.set(await floats(stored.get(key) as GgufTensor, at, into.length));
      checkFinite(`GGUF: ${key}`, at, into);
      if (name === "wte" && output) {
        checkTied(at, await floats(output, at, into.length), into, kindOf(config));
      }
    }),
  };
}

export interface GgufOptions {
  readonly dtype: GgufDtype;
  /** Its tokens. Without, llama.cpp can run the model on ids alone. */
  readonly vocabulary?: Vocabulary;
  /** The tokenizer that was published with it. Where there is one, it is what is written. */
  readonly published?: TokenizerFiles;
  /** What to call the model. */
  readonly name?: string;
}

/**
 * Writes a model, a few megabytes at a time. Which rows rope turns together is as llama.cpp has it, whatever the model's. In
 * Q8_0 matrices whose rows are no multiple of 32 are stored as F16.
 *
 * @throws RangeError if the config cannot be or llama.cpp has no such model, the vocabulary does not fit it, or a value is too
 *   large for the dtype; FormatError if llama.cpp cannot be told the tokenizer exactly
 */
export async function* encodeGguf<Name extends string>(
  given: Config,
  readGiven: ReadWeights<Name>,
  options: GgufOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkConfig(given);
  const architecture = isLlama(given) ? llamaArchitectureOf(given) : "gpt2";
  const layout = layouts[architecture];
  const weights: Weights = { config: given, read: readGiven as ReadWeights };
  const { config, read } = architecture === "gpt2" ? weights : turned(weights, architecture);
  const tensors = [...tensorsOf(config, layout.names)].map((tensor) => ({
    tensor,
    dtype: storedDtype(tensor, options.dtype),
  }));
  const constants = layout.constantsOf(config);
  let offset = 0;
  const list = (name: string, shape: readonly number[], dtype: GgufDtype): GgufTensor => {
    const entry = { name, shape, type: typeOf(dtype), offset };
    offset = aligned(offset + bytesIn(dtype, count(shape)), defaultAlignment);
    return entry;
  };
  yield encodeGgufHeader(
    [
      ["general.architecture", ["string", architecture]],
      ["general.type", ["string", "model"]],
      ["general.name", ["string", options.name ?? kindOf(config)]],
      ["general.file_type", ["uint32", fileTypes[options.dtype]]],
      ["general.quantization_version", ["uint32", 2]],
      ...layout.metadataOf(config),
      ...encodeTokens(config.V, options),
    ],
    [
      ...constants.map(({ key, values }) => list(key, [values.length], "F32")),
      ...tensors.map(({ tensor: { key, shape }, dtype }) => list(key, shape, dtype)),
    ],
  );
  for (const { values } of constants) {
    yield bytesOf(values);
    yield* padding(values.byteLength);
  }
  for (const { tensor, dtype } of tensors) {
    const { key, name, start, shape } = tensor;
    const length = count(shape);
    for (let at = 0; at < length; at += valuesAtOnce) {
      const values = new Float32Array(Math.min(valuesAtOnce, length - at));
      await read(name, start + at, values);
      yield encode(key, at, values, dtype);
    }
    yield* padding(bytesIn(dtype, length));
  }
}

/** Zeros up to the next tensor. */
function* padding(bytes: number): Generator<Uint8Array<ArrayBuffer>, void> {
  const length = aligned(bytes, defaultAlignment) - bytes;
  if (length > 0) yield new Uint8Array(length);
}

/** A Llama with its pairs as llama.cpp has them. */
function turned(weights: Weights, architecture: LlamaArchitecture): Weights {
  return withPairs(weights as LlamaWeights, pairsOf(architecture)) as Weights;
}

/** @throws FormatError if it is no architecture that is read here */
function layoutOf({ metadata }: GgufHeader): { architecture: string; layout: Layout } {
  const architecture = metadata.get("general.architecture");
  if (typeof architecture === "string" && Object.hasOwn(layouts, architecture)) {
    return { architecture, layout: layouts[architecture] };
  }
  const why = missingOf(architecture);
  throw fault(
    why === undefined
      ? `its architecture is ${architecture}, expected one of ${Object.keys(layouts).join(", ")}: it is another model`
      : `its architecture is ${architecture}, and that is not computed here: ${why}`,
  );
}

/** The numbers that the file gives; of the vocabulary the embeddings tell. */
function sizesOf({ metadata, tensors }: GgufHeader, architecture: string) {
  return (key: string): number => {
    if (key === "vocab_size") {
      const [V] = tensors.find(({ name }) => name === embedding)?.shape ?? [];
      if (V !== undefined) return V;
      throw fault(`there is no tensor ${embedding}: it is a part of a model`);
    }
    const value = metadata.get(`${architecture}.${key}`);
    if (typeof value === "number") return value;
    if (Array.isArray(value)) {
      throw fault(
        `${architecture}.${key} is a list: its layers differ from one another, which is not computed here`,
      );
    }
    throw fault(
      `it has no number ${architecture}.${key}: the file is damaged, or a part of a model`,
    );
  };
}

function checkTied(start: number, tied: Float32Array, wte: Float32Array, kind: string): void {
  const i = wte.findIndex((value, i) => value !== tied[i]);
  if (i < 0) return;
  const model = kind === "GPT-2" ? kind : "Gemma"; // a Llama may have a head of its own
  throw fault(
    `value ${start + i} of ${head} is ${tied[i]}, but that of ${embedding} is ${wte[i]}: in ${model} they are one matrix, so this is another model`,
  );
}
