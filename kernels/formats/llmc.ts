// llm.c's own files: the model (gpt2_124M.bin, gpt2_124M_bf16.bin) and the state that its tests compare with
// (gpt2_124M_debug_state.bin). Source: https://github.com/karpathy/llm.c, train_gpt2.py, `write_model` and `write_state`.
// Numbers are little-endian, as on every processor that runs a browser.

import { type Config, checkConfig } from "../gpt2/config.ts";
import type { ParameterName } from "../gpt2/parameters.ts";
import {
  type ByParameter,
  byParameter,
  checkParameters,
  countParameters,
  parameterLength,
  parameterOffsets,
} from "../gpt2/parameters.ts";
import { FormatError } from "./error.ts";
import { narrow, widen } from "./half.ts";
import { checkLength, headerBytes, type Kind, readHeader, writeHeader } from "./header.ts";
import { bytesOf, type Source } from "./source.ts";
import { checkFinite, type GPT2Weights, piecesOf, type ReadWeights } from "./weights.ts";

/** How the numbers of a model are stored. */
export type LlmcDtype = "float32" | "bfloat16";

/** By dtype: the version that says so in the header. In both, wte is padded to Vp rows. */
const versions: Record<LlmcDtype, number> = { float32: 3, bfloat16: 5 };
const bytesPerValue: Record<LlmcDtype, number> = { float32: 4, bfloat16: 2 };

const modelKind: Kind = {
  name: "llm.c model",
  magic: 20240326,
  versions: Object.values(versions),
  otherVersion:
    "3 is float32 and 5 bfloat16, both with a padded vocabulary; write the file again with today's train_gpt2.py of llm.c",
};
const stateKind: Kind = {
  name: "llm.c debug state",
  magic: 20240327,
  versions: [2],
  otherVersion: "write the file again with today's train_gpt2.py of llm.c",
};

/** A GPT-2 as llm.c stores it. */
export interface Model {
  config: Config;
  parameters: ByParameter<Float32Array>;
}

/** One forward and backward pass, with what it must come to. */
export interface DebugState {
  B: number;
  T: number;
  inputs: Int32Array; // (B, T)
  targets: Int32Array; // (B, T)
  logits: Float32Array; // (B, T, V), without the padding
  loss: number; // mean over B*T
  gradients: ByParameter<Float32Array>;
}

/**
 * Reads the header of a model. The parameters stay in the file until they are asked for.
 *
 * @throws FormatError if the file is of another kind or version, its sizes are no GPT-2's, or its length does not fit them
 */
export async function openModel(source: Source): Promise<GPT2Weights & { dtype: LlmcDtype }> {
  const first = new Uint8Array(Math.min(headerBytes, source.size));
  await source.read(first, 0);
  const { config, dtype } = modelHeader(first, source.size);
  const offsets = parameterOffsets(config);
  return {
    config,
    dtype,
    async read(name, start, into) {
      const at = headerBytes + bytesPerValue[dtype] * (offsets[name] + start);
      if (dtype === "float32") await source.read(bytesOf(into), at);
      else {
        const bits = new Uint16Array(into.length);
        await source.read(bytesOf(bits), at);
        into.set(widen(bits, "BF16"));
      }
      checkFinite(`llm.c model: ${name}`, start, into);
    },
  };
}

/**
 * Writes a model, a few megabytes at a time.
 *
 * @throws RangeError if the config is no GPT-2's, or a value is too large for bfloat16
 */
export async function* encodeModel(
  config: Config,
  read: ReadWeights<ParameterName>,
  dtype: LlmcDtype = "float32",
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  yield encodeModelHeader(config, dtype);
  for await (const { name, start, values } of piecesOf(config, read)) {
    yield bytesOf(dtype === "float32" ? values : bfloat16(name, start, values));
  }
}

/**
 * Reads a model that is in memory. Its parameters are views on `bytes` where they are float32 and their alignment allows
 * it, else copies.
 *
 * @throws FormatError as `openModel` does, or if a parameter is NaN or infinite
 */
export function readModel(bytes: Uint8Array): Model {
  const { config, dtype } = modelHeader(bytes, bytes.length);
  const { floats, bfloats } = reader(bytes);
  const parameters = parametersFrom(dtype === "float32" ? floats : bfloats, config);
  byParameter((name) => checkFinite(`llm.c model: ${name}`, 0, parameters[name]));
  return { config, parameters };
}

/**
 * Writes a model in float32.
 *
 * @throws RangeError if the config is no GPT-2's or a parameter has another length than its shape
 */
export function writeModel({ config, parameters }: Model): Uint8Array<ArrayBuffer> {
  const header = encodeModelHeader(config, "float32");
  checkParameters("writeModel", parameters, config);
  const bytes = new Uint8Array(headerBytes + 4 * countParameters(config));
  bytes.set(header);
  let at = headerBytes;
  byParameter((name) => {
    const { buffer, byteOffset, byteLength } = parameters[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  });
  return bytes;
}

/**
 * Reads the header of a debug state. The file does not say which model it is of.
 *
 * @param first the beginning of the file: the header at least, or all of it
 * @param size bytes in the file
 * @param config that of the model
 * @throws FormatError if the file is of another kind or version, or its length fits no state of that model
 */
export function stateHeader(
  first: Uint8Array,
  size: number,
  config: Config,
): { B: number; T: number } {
  const header = readHeader(first, stateKind);
  const [B, T] = [2, 3].map(header);
  if (B < 1 || T < 1 || T > config.maxT) {
    throw new FormatError(
      `llm.c debug state: B is ${B} and T is ${T}, expected 1 or more, and T at most maxT = ${config.maxT}: it is damaged or of another model`,
    );
  }
  const values = 2 * B * T + B * T * config.V + 1 + countParameters(config);
  const promised = `B = ${B}, T = ${T}, for a model with V = ${config.V} and ${countParameters(config)} parameters`;
  checkLength(size, stateKind, headerBytes + 4 * values, promised);
  return { B, T };
}

/** What a debug state begins with. Inputs, targets, logits, loss and gradients follow, 4 bytes a value. */
export function encodeStateHeader(B: number, T: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes);
  writeHeader(bytes, stateKind, stateKind.versions[0], [B, T]);
  return bytes;
}

/** Reads a debug state that is in memory. @throws FormatError as `stateHeader` does */
export function readState(bytes: Uint8Array, config: Config): DebugState {
  const { B, T } = stateHeader(bytes, bytes.length, config);
  const { ints, floats } = reader(bytes);
  return {
    B,
    T,
    inputs: ints(B * T),
    targets: ints(B * T),
    logits: floats(B * T * config.V),
    loss: floats(1)[0],
    gradients: parametersFrom(floats, config),
  };
}

function modelHeader(first: Uint8Array, size: number): { config: Config; dtype: LlmcDtype } {
  const header = readHeader(first, modelKind);
  const [maxT, V, L, NH, C, Vp] = [2, 3, 4, 5, 6, 7].map(header);
  const config = { maxT, V, L, NH, C, Vp };
  try {
    checkConfig(config);
  } catch (error) {
    throw new FormatError(`llm.c model: the header is damaged: ${(error as Error).message}`);
  }
  const dtype = header(1) === versions.float32 ? "float32" : "bfloat16";
  const count = countParameters(config);
  const expected = headerBytes + bytesPerValue[dtype] * count;
  checkLength(size, modelKind, expected, `${count} parameters in ${dtype}`);
  return { config, dtype };
}

function encodeModelHeader(config: Config, dtype: LlmcDtype): Uint8Array<ArrayBuffer> {
  checkConfig(config);
  const { maxT, V, L, NH, C, Vp } = config;
  const bytes = new Uint8Array(headerBytes);
  writeHeader(bytes, modelKind, versions[dtype], [maxT, V, L, NH, C, Vp]);
  return bytes;
}

function bfloat16(name: string, start: number, values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = narrow(values, "BF16");
  const i = bits.findIndex((each) => (each & 0x7fff) >= 0x7f80);
  if (i < 0) return bits;
  throw new RangeError(
    `llm.c model: ${name}[${start + i}] is ${values[i]}, which bfloat16 cannot hold: write it in float32`,
  );
}

function parametersFrom(
  take: (length: number) => Float32Array,
  config: Config,
): ByParameter<Float32Array> {
  return byParameter((name) => take(parameterLength(name, config)));
}

/** Takes one array after another from what follows the header. */
function reader(bytes: Uint8Array) {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  let at = byteOffset + headerBytes;
  const take = (size: number) => {
    const start = at;
    at += size;
    return start;
  };
  return {
    ints: (length: number) => new Int32Array(buffer, take(4 * length), length),
    floats: (length: number) => new Float32Array(buffer, take(4 * length), length),
    bfloats: (length: number) =>
      widen(new Uint16Array(buffer as ArrayBuffer, take(2 * length), length), "BF16"),
  };
}
