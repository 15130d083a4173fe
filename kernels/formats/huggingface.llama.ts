// Llama, Mistral and Gemma as Hugging Face publishes them: config.json, and model.safetensors or its parts with an index. The same
// numbers as in our memory, but that every layer has tensors of its own, and that Gemma stores its norms' weights less 1. Which
// tensors there are is in huggingface.llama.layout.ts.
//
// A model is never in memory whole: both ways it goes tensor by tensor, and large tensors in pieces.

import type { Config } from "../llama/config.ts";
import { checkConfig } from "../llama/config.ts";
import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";
import { readFloats } from "./floats.ts";
import { encodeLlamaConfig, modelTypeOf, readLlamaConfig } from "./huggingface.llama.config.ts";
import {
  checkTensors,
  embedding,
  type Found,
  fault,
  fullName,
  gather,
  head,
  isNorm,
  isTied,
  type Name,
  tensorsOf,
} from "./huggingface.llama.layout.ts";
import { withPairs } from "./pairs.ts";
import { encodeHeader, openSafetensors } from "./safetensors.ts";
import { bytesOf, type Source } from "./source.ts";
import { checkFinite, type LlamaWeights, readerOf, type Tensor, valuesAtOnce } from "./weights.ts";

/** A file of the model, which may be one of several. */
export interface FilePart {
  readonly name: string;
  readonly source: Source;
}

export interface LlamaFile extends LlamaWeights {
  /** What is unusual about the file and was dealt with, in whole sentences. */
  readonly notes: readonly string[];
}

/** The note in our own files that holds the text of config.json, so that one of them says everything. */
export const configNote = "config";

/**
 * Reads the headers of a model, and checks that they hold just what config.json says, in float32, float16 or bfloat16.
 *
 * @param configText of config.json
 * @param parts the one file, or all that the index names
 * @param indexText of model.safetensors.index.json, if there is one
 * @throws FormatError naming the first thing that is wrong; and whatever a source throws
 */
export async function openLlama(
  configText: string,
  parts: readonly FilePart[],
  indexText?: string,
): Promise<LlamaFile> {
  const described = readLlamaConfig(configText);
  const opened = await Promise.all(
    parts.map(async ({ name, source }) => {
      const { entries, start } = await openPart(name, source, indexText !== undefined);
      return { where: { name, source, start }, entries };
    }),
  );
  if (indexText !== undefined) checkIndex(indexText, opened);
  const stored = gather(opened);
  const { type } = described;
  const tied = isTied(stored, described.config, described.tiedSaid);
  const config: Config = { ...described.config, tied };
  const notes = [...described.notes, ...checkTensors(stored, config, type)];

  async function floats(key: string, at: number, length: number) {
    const { where, ...entry } = stored.get(key) as Found<(typeof opened)[number]["where"]>;
    const values = await readFloats(where.source, where.start, entry, at, length);
    const within = indexText === undefined ? "" : ` in ${where.name}`;
    checkFinite(`Hugging Face: ${key}${within}`, at, values);
    return values;
  }
  async function fill(tensor: Tensor<Name>, at: number, into: Float32Array): Promise<void> {
    const { key, name } = tensor;
    const values = await floats(key, at, into.length);
    if (type === "gemma" && isNorm(name)) shift(values, 1);
    if (name === "wte" && tied && stored.has(head)) {
      checkTied(at, await floats(head, at, into.length), values);
    }
    into.set(values);
  }
  return { config, notes, read: readerOf(tensorsOf(config), fill) };
}

/** Reads a header. @param named whether an error is to tell which of several parts it is in */
async function openPart(name: string, source: Source, named: boolean) {
  try {
    return await openSafetensors(source);
  } catch (error) {
    throw named && error instanceof FormatError
      ? new FormatError(`${name}: ${error.message}`)
      : error;
  }
}

/**
 * The names of the files that an index lists, in their order.
 *
 * @throws FormatError if it is no index, or names a file outside its folder
 */
export function partsOf(indexText: string): string[] {
  const names = [...new Set(Object.values(mapOf(indexText)))];
  const outside = names.find((name) => /[/\\]/.test(name) || name.startsWith("."));
  if (outside !== undefined) {
    throw indexFault(`it names ${outside}, expected files in its own folder`);
  }
  if (names.length === 0) throw indexFault("it names no file");
  return names.sort();
}

/**
 * Writes a model in the same format, in one file. Which rows rope turns together is as Hugging Face has it, whatever the model's.
 *
 * Of Gemma's norms a weight from 0.5 on comes back bit by bit; of a smaller one, less 1, the last bits are rounded away.
 *
 * @param metadata further notes for the header, such as the step of training
 * @returns the bytes of the file, a few megabytes at a time
 * @throws RangeError if the config cannot be, or none of the three models has its parts
 */
export async function* writeLlama(
  weights: LlamaWeights,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkConfig(weights.config);
  const type = modelTypeOf(weights.config);
  const { config, read } = withPairs(weights, "halves");
  const tensors = [...tensorsOf(config)];
  // transformers asks for the format.
  const notes = { ...metadata, format: "pt", [configNote]: encodeLlamaConfig(config) };
  yield encodeHeader(
    notes,
    tensors.map(({ key, shape }) => [fullName(key), { dtype: "F32", shape }] as const),
  );
  for (const { name, start, shape } of tensors) {
    const length = count(shape);
    for (let at = 0; at < length; at += valuesAtOnce) {
      const values = new Float32Array(Math.min(valuesAtOnce, length - at));
      await read(name, start + at, values);
      if (type === "gemma" && isNorm(name)) shift(values, -1);
      yield bytesOf(values);
    }
  }
}

function shift(values: Float32Array, by: number): void {
  for (let i = 0; i < values.length; i++) values[i] += by;
}

/** @throws FormatError if a tensor is not in the file that the index names for it, or is in none that it names */
function checkIndex(
  indexText: string,
  opened: readonly {
    readonly where: { readonly name: string };
    readonly entries: ReadonlyMap<string, unknown>;
  }[],
): void {
  const map = mapOf(indexText);
  const byName = new Map(opened.map(({ where, entries }) => [where.name, entries]));
  for (const [key, name] of Object.entries(map)) {
    if (byName.get(name)?.has(key)) continue;
    throw indexFault(`it says that ${key} is in ${name}, but it is not there`);
  }
  for (const [name, entries] of byName) {
    for (const key of entries.keys()) {
      if (map[key] === name) continue;
      throw indexFault(`it does not list ${key}, which is in ${name}`);
    }
  }
}

function mapOf(indexText: string): Readonly<Record<string, string>> {
  let map: unknown;
  try {
    map = JSON.parse(indexText)?.weight_map;
  } catch {
    throw indexFault("it is not JSON");
  }
  const right = typeof map === "object" && map !== null && !Array.isArray(map);
  if (!right || Object.values(map as object).some((name) => typeof name !== "string")) {
    throw indexFault("it has no weight_map, which says where each tensor is");
  }
  return map as Record<string, string>;
}

function indexFault(what: string): FormatError {
  return new FormatError(`model.safetensors.index.json: ${what}`);
}

function checkTied(start: number, tied: Float32Array, wte: Float32Array): void {
  const i = wte.findIndex((value, i) => value !== tied[i]);
  if (i < 0) return;
  throw fault(
    `value ${start + i} of ${head} is ${tied[i]}, but that of ${embedding} is ${wte[i]}: config.json says that they are one matrix`,
  );
}
