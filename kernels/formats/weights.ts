// What every file of weights comes to: the sizes of a model, and its parameters a piece at a time, in the layout of our
// memory. What is read from one kind of file so can be written as any other, and no model is ever in memory whole.

import type { Config as GPT2Config } from "../gpt2/config.ts";
import type { ParameterName as GPT2Name } from "../gpt2/parameters.ts";
import type { Config as LlamaConfig } from "../llama/config.ts";
import type { parameterTable as llamaTable } from "../llama/parameters.ts";
import { lengthOf, namesOf } from "../model/parameters.ts";
import { type Config, outlineOf } from "../models.ts";
import { count } from "../runtime/shape.ts";
import { FormatError } from "./error.ts";

/** Fills `into` with values of a parameter, from the value `start` on, in our layout. */
export type ReadWeights<Name extends string = string> = (
  name: Name,
  start: number,
  into: Float32Array<ArrayBuffer>,
) => void | Promise<void>;

export interface Weights<C extends Config = Config, Name extends string = string> {
  readonly config: C;
  /** See ReadWeights. @throws FormatError if a value is NaN or infinite; and whatever the file's source throws */
  read(name: Name, start: number, into: Float32Array<ArrayBuffer>): void | Promise<void>;
}

/** Those of a GPT-2. */
export type GPT2Weights = Weights<GPT2Config, GPT2Name>;

/** What a Llama may have of its table's; which of these it has, its parts say. */
export type LlamaName = keyof typeof llamaTable;

/** Those of a Llama or a relative. */
export type LlamaWeights = Weights<LlamaConfig, LlamaName>;

/** A tensor of a file in which every layer has tensors of its own, and wte no padding. */
export interface Tensor<Name extends string = string> {
  readonly key: string; // its name in the file
  readonly name: Name;
  readonly start: number; // its first value, within the parameter
  readonly shape: readonly number[]; // as in our memory
}

/** One of the tensors whose rows, one tensor's after the other's, are a parameter's. */
export interface Part<C extends Config = Config> {
  readonly key: string;
  readonly rows: (config: C) => number;
}

/** What parameters are called in a file, `{l}` being the layer; a list where several tensors make up one. */
export type Names<Name extends string, C extends Config = Config> = Readonly<
  Record<Name, string | readonly Part<C>[]>
>;

export const valuesAtOnce = 1 << 20; // 4 MiB

/** The tensors of such a file, in the order of our parameters. */
export function* tensorsOf<Name extends string, C extends Config>(
  config: C,
  names: Names<Name, C>,
): Generator<Tensor<Name>, void> {
  const unpadded = { ...config, Vp: config.V };
  const { parameters } = outlineOf(config);
  for (const name of namesOf(parameters) as Name[]) {
    const { shape: shapeFor, perLayer } = parameters[name];
    const shape = shapeFor(unpadded);
    const layers = perLayer ? config.L : 1;
    const given: string | readonly Part<C>[] = names[name];
    const parts = typeof given === "string" ? [{ key: given, rows: () => shape[0] }] : given;
    for (let l = 0; l < layers; l++) {
      let start = l * count(shape);
      for (const { key, rows } of parts) {
        const own = [rows(config), ...shape.slice(1)];
        yield { key: key.replace("{l}", `${l}`), name, start, shape: own };
        start += count(own);
      }
    }
  }
}

/**
 * Reads parameters from such a file, in any order and in pieces of any length.
 *
 * @param fill fills `into` with values of one tensor, from the value `at` on
 */
export function readerOf<Name extends string>(
  tensors: Iterable<Tensor<Name>>,
  fill: (tensor: Tensor<Name>, at: number, into: Float32Array<ArrayBuffer>) => Promise<void>,
): ReadWeights<Name> {
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
    into.fill(0, done); // the padded rows of a table of tokens
  };
}

/** All values of all parameters in the order of the model's table, a few megabytes at a time. */
export async function* piecesOf<Name extends string>(
  config: Config,
  read: ReadWeights<Name>,
): AsyncGenerator<{ name: Name; start: number; values: Float32Array<ArrayBuffer> }, void> {
  const { parameters } = outlineOf(config);
  for (const name of namesOf(parameters) as Name[]) {
    const length = lengthOf(parameters, name, config);
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
