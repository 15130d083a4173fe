// GPT-2 as Hugging Face publishes it: model.safetensors of https://huggingface.co/openai-community/gpt2, the weights that
// OpenAI trained. The same numbers as in our memory, laid out in another way:
//
// - Every layer has tensors of its own, h.0.ln_1.weight and so on; here those of all layers lie behind one another.
// - OpenAI wrote a linear layer as x @ w, so its matrix lies there as (in, out); here, as in PyTorch, as (out, in).
// - wte has V rows; here it has Vp, those from V on being 0.
// - Some files hold the causal mask besides, as h.0.attn.bias: a constant, which is passed over.
//
// A file of 548 MB is never in memory whole: both ways it goes tensor by tensor, and large tensors in pieces.

import { type Config, checkConfig } from "../gpt2/config.ts";
import { type ParameterName, parameterNames, parameterTable } from "../gpt2/parameters.ts";
import { paddedVocabulary } from "../model/config.ts";
import { FormatError } from "./error.ts";
import { type Entry, encodeHeader, headerEnd, parseHeader } from "./safetensors.ts";

/** Where a file is read from: a download that was kept, a file of the reader's, or memory. */
export interface Source {
  readonly size: number; // bytes
  /** Fills `into` with the bytes from `at` on. @throws if there are fewer */
  read(into: Uint8Array<ArrayBuffer>, at: number): void | Promise<void>;
}

/** A file whose header was read and found to be a GPT-2's. */
export interface HuggingFaceFile {
  readonly source: Source;
  readonly config: Config;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, Entry>; // by name, without the prefix
  readonly start: number; // byte at which the data begins
}

/** One tensor of the file, and where its values are in ours. */
interface Tensor {
  readonly key: string; // its name in the file
  readonly name: ParameterName;
  readonly start: number; // its first value, within the parameter
  readonly shape: readonly number[]; // as in our memory, without padding
  readonly transposed: boolean;
}

const prefix = "transformer."; // of every name but lm_head.weight in files written with the head of the language model
const head = "lm_head.weight";
const mask = /^h\.\d+\.attn\.(bias|masked_bias)$/;
const headSize = 64; // C / NH, from 124M to 1558M
const valuesAtOnce = 1 << 20; // 4 MiB

/**
 * Reads the header of a file, and checks that it holds a GPT-2: every tensor, no other, in the right shape, in float32.
 *
 * The number of heads does not show in the shapes. Our own export notes it in the metadata.
 *
 * @param NH heads, for a file that does not say; without it, C / 64, as in every GPT-2 that OpenAI published
 * @throws FormatError naming the first thing that is wrong; and whatever the source throws
 */
export async function openHuggingFace(source: Source, NH?: number): Promise<HuggingFaceFile> {
  const first = new Uint8Array(Math.min(8, source.size));
  await source.read(first, 0);
  const start = headerEnd(first, source.size);
  const bytes = new Uint8Array(start);
  await source.read(bytes, 0);
  const { metadata, entries: stored } = parseHeader(bytes, source.size);
  const entries = withoutPrefix(stored);
  const config = configOf(entries, metadata, NH);
  checkTensors(entries, config);
  return { source, config, metadata, entries, start };
}

/**
 * Reads all weights, each piece once.
 *
 * @param write takes values of a parameter from the value `start` on, in our layout. All values of
 *   every parameter are written, the padded rows of wte included
 * @param onProgress told after each piece how many bytes of how many were read
 * @throws FormatError if a weight is NaN or infinite, or lm_head.weight is there and is not wte.weight: some of the weights
 *   are then written, and the model is of no use until it is filled anew
 */
export async function readHuggingFace(
  { source, config, entries, start }: HuggingFaceFile,
  write: (
    name: ParameterName,
    start: number,
    values: Float32Array<ArrayBuffer>,
  ) => void | Promise<void>,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  const tensors = [...tensorsOf(config)];
  const total = 4 * tensors.reduce((sum, { shape }) => sum + count(shape), 0);
  let done = 0;
  const read = async (key: string, at: number, values: Float32Array<ArrayBuffer>) => {
    const { begin } = entries.get(key) as Entry;
    await source.read(bytesOf(values), start + begin + 4 * at);
  };
  for (const { key, name, start, shape, transposed } of tensors) {
    for (const [at, length] of piecesOf(shape, transposed)) {
      let values = new Float32Array(length);
      await read(key, at, values);
      checkFinite(key, at, values);
      if (name === "wte" && entries.has(head)) {
        const tied = new Float32Array(length);
        await read(head, at, tied);
        checkTied(at, tied, values);
      }
      if (transposed) values = transpose(values, shape[1], shape[0]);
      await write(name, start + at, values);
      done += 4 * length;
      onProgress(done, total);
    }
  }
  const { V, Vp, C } = config;
  if (Vp > V) await write("wte", V * C, new Float32Array((Vp - V) * C));
}

/**
 * Writes a model in the same format: names without the prefix, no padding, no masks. Hugging Face's transformers, the
 * package safetensors and `openHuggingFace` read it.
 *
 * @param read fills `into` with values of a parameter from the value `start` on, in our layout
 * @param metadata further notes for the header, such as the step of training
 * @returns the bytes of the file, a few megabytes at a time
 * @throws RangeError if the config is no GPT-2's
 */
export async function* writeHuggingFace(
  config: Config,
  read: (
    name: ParameterName,
    start: number,
    into: Float32Array<ArrayBuffer>,
  ) => void | Promise<void>,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkConfig(config);
  const tensors = [...tensorsOf(config)];
  // transformers asks for the format, and openHuggingFace for the number of heads.
  const notes = { ...metadata, format: "pt", n_head: `${config.NH}` };
  yield encodeHeader(
    notes,
    tensors.map((tensor) => [tensor.key, { dtype: "F32", shape: storedShape(tensor) }] as const),
  );
  for (const { name, start, shape, transposed } of tensors) {
    for (const [at, length] of piecesOf(shape, transposed)) {
      const values = new Float32Array(length);
      await read(name, start + at, values);
      yield bytesOf(transposed ? transpose(values, shape[0], shape[1]) : values);
    }
  }
}

/** All tensors of a file, in the order of our parameters. */
function* tensorsOf(config: Config): Generator<Tensor, void> {
  const unpadded = { ...config, Vp: config.V };
  for (const name of parameterNames) {
    const parameter = parameterTable[name];
    const shape = parameter.shape(unpadded);
    const transposed = "transposed" in parameter;
    const layers = parameter.perLayer ? config.L : 1;
    for (let l = 0; l < layers; l++) {
      const key = parameter.huggingFace.replace("{l}", `${l}`);
      yield { key, name, start: l * count(shape), shape, transposed };
    }
  }
}

/** Place and number of the values that are read at a time. A matrix to be transposed is read whole: 9.4 MB in GPT-2 124M. */
function* piecesOf(shape: readonly number[], whole: boolean): Generator<[number, number], void> {
  const length = count(shape);
  const step = whole ? length : valuesAtOnce;
  for (let at = 0; at < length; at += step) yield [at, Math.min(step, length - at)];
}

function withoutPrefix(stored: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [name, entry] of stored) {
    const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    if (entries.has(short)) throw fault(`${short} is there twice, with and without "${prefix}"`);
    entries.set(short, entry);
  }
  return entries;
}

/** The sizes that show in the shapes, and the number of heads. */
function configOf(
  entries: ReadonlyMap<string, Entry>,
  metadata: Readonly<Record<string, string>>,
  given: number | undefined,
): Config {
  const [V, C] = matrix(entries, "wte.weight", "(V, C)");
  const [maxT] = matrix(entries, "wpe.weight", "(maxT, C)");
  let L = 1; // if there is no layer at all, what is missing is the first
  for (const name of entries.keys()) {
    const l = /^h\.(\d+)\./.exec(name)?.[1];
    if (l !== undefined) L = Math.max(L, Number(l) + 1);
  }
  const config = { maxT, V, Vp: paddedVocabulary(V), L, NH: headsOf(C, metadata, given), C };
  try {
    checkConfig(config);
  } catch (error) {
    throw fault(`its sizes are no GPT-2's: ${(error as Error).message}`);
  }
  return config;
}

function headsOf(
  C: number,
  { n_head }: Readonly<Record<string, string>>,
  given: number | undefined,
): number {
  if (n_head !== undefined) return Number(n_head);
  if (given !== undefined) return given;
  if (C % headSize === 0) return C / headSize;
  throw fault(
    `it does not say how many heads it has. GPT-2's have ${headSize} channels each, which does not divide its C = ${C}. Add n_head to the metadata of the file`,
  );
}

function matrix(entries: ReadonlyMap<string, Entry>, key: string, sizes: string) {
  const { shape } = find(entries, key);
  if (shape.length === 2) return shape;
  throw fault(`${key} has shape (${shape.join(", ")}), expected ${sizes}`);
}

function checkTensors(entries: ReadonlyMap<string, Entry>, config: Config): void {
  const { V, C } = config;
  const known = new Set([head]);
  for (const tensor of tensorsOf(config)) {
    known.add(tensor.key);
    checkTensor(tensor.key, find(entries, tensor.key), storedShape(tensor));
  }
  const lmHead = entries.get(head);
  if (lmHead) checkTensor(head, lmHead, [V, C]);
  for (const name of entries.keys()) {
    if (known.has(name) || mask.test(name)) continue;
    throw fault(`it has a tensor ${name}, which GPT-2 does not have: it is another model`);
  }
}

function checkTensor(key: string, { dtype, shape }: Entry, expected: readonly number[]): void {
  if (dtype === "F16" || dtype === "BF16") {
    throw fault(
      `${key} is in half precision (${dtype}), expected F32: choose a file in float32, or convert this one with model.float() in PyTorch`,
    );
  }
  if (dtype !== "F32") throw fault(`${key} has dtype ${dtype}, expected F32`);
  if (`${shape}` !== `${expected}`) {
    throw fault(
      `${key} has shape (${shape.join(", ")}), expected (${expected.join(", ")}) to go with the shapes of wte and wpe`,
    );
  }
}

function find(entries: ReadonlyMap<string, Entry>, key: string): Entry {
  const entry = entries.get(key);
  if (entry) return entry;
  const names = [...entries.keys()].slice(0, 3).join(", ");
  throw fault(
    `there is no tensor ${key}: the file is another model, or a part of one (it begins with ${names || "no tensor at all"})`,
  );
}

function checkFinite(key: string, start: number, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw fault(`value ${start + i} of ${key} is ${values[i]}: the file is damaged`);
  }
}

/** GPT-2 reads tokens and predicts them with one and the same matrix. */
function checkTied(start: number, tied: Float32Array, wte: Float32Array): void {
  for (let i = 0; i < wte.length; i++) {
    if (tied[i] === wte[i]) continue;
    throw fault(
      `value ${start + i} of ${head} is ${tied[i]}, but that of wte.weight is ${wte[i]}: in GPT-2 they are one matrix, so this is another model`,
    );
  }
}

/** (rows, columns) -> (columns, rows) */
function transpose(
  values: Float32Array<ArrayBuffer>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = values[row * columns + column];
    }
  }
  return out;
}

function storedShape({ shape, transposed }: Tensor): readonly number[] {
  return transposed ? shape.toReversed() : shape;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

// Every machine that runs a browser today is little-endian, as the format is.
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function fault(what: string): FormatError {
  return new FormatError(`Hugging Face GPT-2: ${what}`);
}
