// Everything that GPT-2 learns: 16 tensors, in llm.c's order. This table is the only place that lists them. Memory,
// initial values, weight decay, checkpoints and the map in the lessons are all derived from it.

import type { Parameter as Line } from "../model/architecture.ts";
import * as parameters from "../model/parameters.ts";
import type { Floats } from "../runtime/check.ts";
import type { Config } from "./config.ts";

interface Parameter extends Line<Config> {
  /** The layer of the network, and so the lesson, in which it is used first. */
  readonly lesson: string;
}

export const parameterTable = {
  wte: {
    shape: ({ Vp, C }) => [Vp, C],
    perLayer: false,
    init: "normal",
    rows: "tokens",
    lesson: "encoder",
  },
  wpe: {
    shape: ({ maxT, C }) => [maxT, C],
    perLayer: false,
    init: "normal",
    rows: "positions",
    lesson: "encoder",
  },
  ln1w: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "ones",
    lesson: "layernorm",
  },
  ln1b: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    lesson: "layernorm",
  },
  qkvw: {
    shape: ({ C }) => [3 * C, C],
    perLayer: true,
    init: "normal",
    lesson: "matmul",
  },
  qkvb: {
    shape: ({ C }) => [3 * C],
    perLayer: true,
    init: "zeros",
    lesson: "matmul",
  },
  attprojw: {
    shape: ({ C }) => [C, C],
    perLayer: true,
    init: "residual",
    lesson: "matmul",
  },
  attprojb: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    lesson: "matmul",
  },
  ln2w: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "ones",
    lesson: "layernorm",
  },
  ln2b: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    lesson: "layernorm",
  },
  fcw: {
    shape: ({ C }) => [4 * C, C],
    perLayer: true,
    init: "normal",
    lesson: "matmul",
  },
  fcb: {
    shape: ({ C }) => [4 * C],
    perLayer: true,
    init: "zeros",
    lesson: "matmul",
  },
  fcprojw: {
    shape: ({ C }) => [C, 4 * C],
    perLayer: true,
    init: "residual",
    lesson: "matmul",
  },
  fcprojb: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    lesson: "matmul",
  },
  lnfw: {
    shape: ({ C }) => [C],
    perLayer: false,
    init: "ones",
    lesson: "layernorm",
  },
  lnfb: {
    shape: ({ C }) => [C],
    perLayer: false,
    init: "zeros",
    lesson: "layernorm",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameterTable;

/** The names in llm.c's order: that of a checkpoint, of the memory, and of the random streams. */
export const parameterNames = parameters.namesOf(parameterTable);

/** One value for each of the 16 tensors. */
export type ByParameter<Value> = Record<ParameterName, Value>;

/** Makes one value for each of the 16 tensors, in order. */
export function byParameter<Value>(make: (name: ParameterName) => Value): ByParameter<Value> {
  return parameters.byName(parameterTable, make);
}

/** Shape of the whole tensor: (L, ...) where every layer has its own. */
export function parameterShape(name: ParameterName, config: Config): number[] {
  return parameters.shapeOf(parameterTable, name, config);
}

/** Number of values in the whole tensor. */
export function parameterLength(name: ParameterName, config: Config): number {
  return parameters.lengthOf(parameterTable, name, config);
}

/** Where each tensor begins when all follow one another in one block, counted in values. */
export function parameterOffsets(config: Config): ByParameter<number> {
  return parameters.offsetsOf(parameterTable, config);
}

/** Number of values in all 16 tensors, the padded rows of wte included. */
export function countParameters(config: Config): number {
  return parameters.countIn(parameterTable, config);
}

/** The values of one tensor before training. @param seed integer from 0 to 2^32 - 1 */
export function initialValues(name: ParameterName, config: Config, seed: number): Float32Array {
  return parameters.initialIn(parameterTable, name, config, seed);
}

/** Checks that values are given for each of the 16 tensors, in the right number. @throws RangeError if not */
export function checkParameters(caller: string, values: ByParameter<Floats>, config: Config): void {
  parameters.checkValues(caller, parameterTable, values, config);
}
