// GPT-2 as Hugging Face publishes it: model.safetensors of https://huggingface.co/openai-community/gpt2, the weights that
// OpenAI trained. The same numbers as in our memory, in another order: every layer has tensors of its own there, while here
// those of all layers follow one another; its matrices may be transposed; and wte has V rows there, but Vp here, those from
// V on being 0. How the tensors are found is in huggingface.layout.ts.
//
// A file of 548 MB is never in memory whole: both ways it goes tensor by tensor, and large tensors in pieces.

import { type Config, checkConfig } from "../gpt2/config.ts";
import type { ParameterName } from "../gpt2/parameters.ts";
import { count } from "../runtime/shape.ts";
import { readFloats } from "./floats.ts";
import {
  fault,
  head,
  isTransposed,
  type Recognised,
  recognise,
  storedShape,
  tensorsOf,
} from "./huggingface.layout.ts";
import { type Entry, encodeHeader, openSafetensors } from "./safetensors.ts";
import { bytesOf, type Source } from "./source.ts";
import {
  type GPT2Weights,
  type ReadWeights,
  readerOf,
  type Tensor,
  valuesAtOnce,
} from "./weights.ts";

/** A file whose header was read and found to be a GPT-2's. */
export interface HuggingFaceFile extends Recognised {
  readonly source: Source;
  readonly metadata: Readonly<Record<string, string>>;
  readonly start: number; // byte at which the data begins
}

const layout = "(in, out)"; // of the files that are written here

/**
 * Reads the header of a file, and checks that it holds a GPT-2: every tensor, no other, in the right shape, in float32,
 * float16 or bfloat16.
 *
 * The number of heads does not show in the shapes. Our own export notes it in the metadata.
 *
 * @param NH heads, for a file that does not say. Without it they are guessed, and `headsFrom` says so: 64 channels for
 *   each, as in every GPT-2 that OpenAI published, or as near to that as divides C
 * @throws FormatError naming the first thing that is wrong; and whatever the source throws
 */
export async function openHuggingFace(source: Source, NH?: number): Promise<HuggingFaceFile> {
  const { metadata, entries, start } = await openSafetensors(source);
  return { source, metadata, start, ...recognise(entries, metadata, NH) };
}

/**
 * Reads the weights in any order and in pieces of any length. A matrix that is transposed in the file is read whole, and kept
 * until another is asked for.
 */
export function weightsOf({
  source,
  config,
  layout,
  entries,
  start: data,
}: HuggingFaceFile): GPT2Weights {
  const stored = (key: string, at: number, length: number) =>
    readFloats(source, data, entries.get(key) as Entry, at, length);
  let [transposedKey, transposed] = ["", new Float32Array()];
  /** Fills `into` from one tensor. */
  async function fill(tensor: Tensor, at: number, into: Float32Array): Promise<void> {
    const { key, name, shape } = tensor;
    if (isTransposed(tensor, layout)) {
      if (transposedKey !== key) {
        const values = await stored(key, 0, count(shape));
        checkFinite(key, 0, values);
        [transposedKey, transposed] = [key, transpose(values, shape[1], shape[0])];
      }
      into.set(transposed.subarray(at, at + into.length));
      return;
    }
    const values = await stored(key, at, into.length);
    checkFinite(key, at, values);
    if (name === "wte" && entries.has(head)) {
      checkTied(at, await stored(head, at, into.length), values);
    }
    into.set(values);
  }
  return { config, read: readerOf(tensorsOf(config), fill) };
}

/**
 * Reads all weights, each piece once.
 *
 * @param write takes values of a parameter from the value `start` on, in our layout. All values of
 *   every parameter are written, the padded rows of wte included
 * @param onProgress told after each piece how many bytes of how many are filled, 4 for each weight
 * @throws FormatError if a weight is NaN or infinite, or lm_head.weight is there and is not wte.weight: some of the weights
 *   are then written, and the model is of no use until it is filled again
 */
export async function readHuggingFace(
  file: HuggingFaceFile,
  write: (
    name: ParameterName,
    start: number,
    values: Float32Array<ArrayBuffer>,
  ) => void | Promise<void>,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<void> {
  const { config, layout } = file;
  const { read } = weightsOf(file);
  const tensors = [...tensorsOf(config)];
  const total = 4 * tensors.reduce((sum, { shape }) => sum + count(shape), 0);
  let done = 0;
  for (const tensor of tensors) {
    const { name, start, shape } = tensor;
    for (const [at, length] of piecesOf(shape, isTransposed(tensor, layout))) {
      const values = new Float32Array(length);
      await read(name, start + at, values);
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
  read: ReadWeights<ParameterName>,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkConfig(config);
  const tensors = [...tensorsOf(config)];
  // transformers asks for the format, and openHuggingFace for the number of heads.
  const notes = { ...metadata, format: "pt", n_head: `${config.NH}` };
  yield encodeHeader(
    notes,
    tensors.map(
      (tensor) => [tensor.key, { dtype: "F32", shape: storedShape(tensor, layout) }] as const,
    ),
  );
  for (const tensor of tensors) {
    const { name, start, shape } = tensor;
    const transposed = isTransposed(tensor, layout);
    for (const [at, length] of piecesOf(shape, transposed)) {
      const values = new Float32Array(length);
      await read(name, start + at, values);
      yield bytesOf(transposed ? transpose(values, shape[0], shape[1]) : values);
    }
  }
}

/** Place and number of the values that are read at a time. A matrix to be transposed is read whole: 9.4 MB in GPT-2 124M. */
function* piecesOf(shape: readonly number[], whole: boolean): Generator<[number, number], void> {
  const length = count(shape);
  const step = whole ? length : valuesAtOnce;
  for (let at = 0; at < length; at += step) yield [at, Math.min(step, length - at)];
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
