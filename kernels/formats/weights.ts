// What every file of weights comes to: the sizes of a GPT-2, and its parameters a piece at a time, in the layout of our
// memory. What is read from one kind of file so can be written as any other, and no model is ever in memory whole.

import type { Config } from "../gpt2/config.ts";
import {
  type ParameterName,
  parameterLength,
  parameterNames,
  parameterTable,
} from "../gpt2/parameters.ts";
import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";

/** Fills `into` with values of a parameter, from the value `start` on, in our layout. */
export type ReadWeights = (
  name: ParameterName,
  start: number,
  into: Float32Array<ArrayBuffer>,
) => void | Promise<void>;

export interface Weights {
  readonly config: Config;
  /** @throws FormatError if a value is NaN or infinite; and whatever the file's source throws */
  readonly read: ReadWeights;
}

/** A tensor of a file in which every layer has tensors of its own, and wte no padding. */
export interface Tensor {
  readonly key: string; // its name in the file
  readonly name: ParameterName;
  readonly start: number; // its first value, within the parameter
  readonly shape: readonly number[]; // as in our memory
}

export const valuesAtOnce = 1 << 20; // 4 MiB

/**
 * The tensors of such a file, in the order of our parameters.
 *
 * @param names of the parameters in the file, `{l}` being the layer
 */
export function* tensorsOf(
  config: Config,
  names: Readonly<Record<ParameterName, string>>,
): Generator<Tensor, void> {
  const unpadded = { ...config, Vp: config.V };
  for (const name of parameterNames) {
    const { shape: shapeFor, perLayer } = parameterTable[name];
    const shape = shapeFor(unpadded);
    const layers = perLayer ? config.L : 1;
    for (let l = 0; l < layers; l++) {
      yield { key: names[name].replace("{l}", `${l}`), name, start: l * count(shape), shape };
    }
  }
}

/**
 * Reads parameters from such a file, in any order and in pieces of any length.
 *
 * @param fill fills `into` with values of one tensor, from the value `at` on
 */
export function readerOf(
  tensors: Iterable<Tensor>,
  fill: (tensor: Tensor, at: number, into: Float32Array<ArrayBuffer>) => Promise<void>,
): ReadWeights {
  const byParameter = Map.groupBy(tensors, ({ name }) => name);
  return async (name, start, into) => {
    let done = 0;
    for (const tensor of byParameter.get(name) ?? []) {
      const at = start + done - tensor.start;
      const length = Math.min(into.length - done, count(tensor.shape) - at);
      if (at < 0 || length <= 0) continue;
      await fill(tensor, at, into.subarray(done, done + length));
      done += length;
    }
    into.fill(0, done); // the padded rows of wte
  };
}

/** All values of all parameters in llm.c's order, a few megabytes at a time. */
export async function* piecesOf(
  config: Config,
  read: ReadWeights,
): AsyncGenerator<{ name: ParameterName; start: number; values: Float32Array<ArrayBuffer> }, void> {
  for (const name of parameterNames) {
    const length = parameterLength(name, config);
    for (let start = 0; start < length; start += valuesAtOnce) {
      const values = new Float32Array(Math.min(valuesAtOnce, length - start));
      await read(name, start, values);
      yield { name, start, values };
    }
  }
}

/**
 * @param what the file's kind, and the parameter's name in it
 * @param start place of the first value
 * @throws FormatError if one is NaN or infinite
 */
export function checkFinite(what: string, start: number, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new FormatError(`${what}[${start + i}] is ${values[i]}: the file is damaged`);
  }
}
