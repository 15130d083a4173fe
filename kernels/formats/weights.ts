// What every file of weights comes to: the sizes of a GPT-2, and its parameters a piece at a time, in the layout of our
// memory. What is read from one kind of file so can be written as any other, and no model is ever in memory whole.

import type { Config } from "../gpt2/config.ts";
import { type ParameterName, parameterLength, parameterNames } from "../gpt2/parameters.ts";
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

export const valuesAtOnce = 1 << 20; // 4 MiB

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
