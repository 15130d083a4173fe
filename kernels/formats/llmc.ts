// llm.c's own files: the model (gpt2_124M.bin) and the state that its tests compare with (gpt2_124M_debug_state.bin).
// Source: https://github.com/karpathy/llm.c, train_gpt2.py, `write_model` and `write_state`. Numbers are little-endian, as
// on every processor that runs a browser.

import { type Config, checkConfig } from "../gpt2/config.ts";
import {
  type ByParameter,
  byParameter,
  checkParameters,
  countParameters,
  parameterLength,
} from "../gpt2/parameters.ts";
import { FormatError } from "./error.ts";
import { checkLength, headerBytes, readHeader, writeHeader } from "./header.ts";

const modelKind = { name: "llm.c model", magic: 20240326, version: 3 }; // version 3: float32, wte padded to Vp rows
const stateKind = { name: "llm.c debug state", magic: 20240327, version: 2 };

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
 * Reads a model. Its parameters are views on `bytes` where their alignment allows it, else on a copy.
 *
 * @throws FormatError if the file is of another kind or version, its sizes are no GPT-2's, its length does not fit them, or
 *   a parameter is NaN or infinite
 */
export function readModel(bytes: Uint8Array): Model {
  const header = readHeader(bytes, modelKind);
  const [maxT, V, L, NH, C, Vp] = [2, 3, 4, 5, 6, 7].map(header);
  const config = { maxT, V, L, NH, C, Vp };
  try {
    checkConfig(config);
  } catch (error) {
    throw new FormatError(`llm.c model: the header is damaged: ${(error as Error).message}`);
  }
  const count = countParameters(config);
  checkLength(bytes, modelKind, headerBytes + 4 * count, `${count} parameters`);
  const parameters = parametersFrom(reader(bytes), config);
  for (const [name, values] of Object.entries(parameters)) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new FormatError(`llm.c model: ${name}[${bad}] is ${values[bad]}: the file is damaged`);
    }
  }
  return { config, parameters };
}

/**
 * Writes a model.
 *
 * @throws RangeError if the config is no GPT-2's or a parameter has another length than its shape
 */
export function writeModel({ config, parameters }: Model): Uint8Array<ArrayBuffer> {
  checkConfig(config);
  checkParameters("writeModel", parameters, config);
  const { maxT, V, L, NH, C, Vp } = config;
  const bytes = new Uint8Array(headerBytes + 4 * countParameters(config));
  writeHeader(bytes, modelKind, [maxT, V, L, NH, C, Vp]);
  let at = headerBytes;
  byParameter((name) => {
    const { buffer, byteOffset, byteLength } = parameters[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  });
  return bytes;
}

/**
 * Reads a debug state. The file does not say which model it is of.
 *
 * @param config that of the model
 * @throws FormatError if the file is of another kind or version, or its length fits no state of that model
 */
export function readState(bytes: Uint8Array, config: Config): DebugState {
  const header = readHeader(bytes, stateKind);
  const [B, T] = [2, 3].map(header);
  if (B < 1 || T < 1 || T > config.maxT) {
    throw new FormatError(
      `llm.c debug state: B is ${B} and T is ${T}, expected 1 or more, and T at most maxT = ${config.maxT}: it is damaged or of another model`,
    );
  }
  const values = 2 * B * T + B * T * config.V + 1 + countParameters(config);
  const promised = `B = ${B}, T = ${T}, for a model with V = ${config.V} and ${countParameters(config)} parameters`;
  checkLength(bytes, stateKind, headerBytes + 4 * values, promised);
  const { ints, floats } = reader(bytes);
  return {
    B,
    T,
    inputs: ints(B * T),
    targets: ints(B * T),
    logits: floats(B * T * config.V),
    loss: floats(1)[0],
    gradients: parametersFrom({ floats }, config),
  };
}

function parametersFrom(
  { floats }: { floats: (length: number) => Float32Array },
  config: Config,
): ByParameter<Float32Array> {
  return byParameter((name) => floats(parameterLength(name, config)));
}

/** Takes one array after another from what follows the header. */
function reader(bytes: Uint8Array) {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  let at = byteOffset + headerBytes;
  const take = (length: number) => {
    const start = at;
    at += 4 * length;
    return start;
  };
  return {
    ints: (length: number) => new Int32Array(buffer, take(length), length),
    floats: (length: number) => new Float32Array(buffer, take(length), length),
  };
}
