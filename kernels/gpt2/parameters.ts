// Everything that GPT-2 learns: 16 tensors, in llm.c's order. This table is the only place that lists them. Memory,
// initial values, weight decay, checkpoints and the map in the lessons are all derived from it.

import type { Floats } from "../runtime/check.ts";
import { normal, openStream } from "../runtime/random.ts";
import type { Config } from "./config.ts";

interface Parameter {
  /** Shape in one layer, or of the whole where it is not per layer. Matrices are (output, input) channels. */
  readonly shape: (config: Config) => readonly number[];
  /** Whether every layer has one of its own. All of them lie behind one another in one tensor of shape (L, ...). */
  readonly perLayer: boolean;
  readonly init: Init;
  /** Name in Hugging Face's GPT-2, `{l}` being the layer; `transposed` where the matrix lies there as (in, out). */
  readonly huggingFace: string;
  readonly transposed?: boolean;
  /** The layer of the network, and so the lesson, in which it is used first. */
  readonly lesson: string;
}

// normal: deviation 0.02. residual: the same divided by sqrt(2L), for the two matrices of each layer whose output is
// added to the residual stream: the sum of 2L such terms then starts no wider than one. Source: Radford et al. 2019,
// "Language Models are Unsupervised Multitask Learners", section 2.3.
type Init = "normal" | "residual" | "ones" | "zeros";

export const parameterTable = {
  wte: {
    shape: ({ Vp, C }) => [Vp, C],
    perLayer: false,
    init: "normal",
    huggingFace: "wte.weight",
    lesson: "encoder",
  },
  wpe: {
    shape: ({ maxT, C }) => [maxT, C],
    perLayer: false,
    init: "normal",
    huggingFace: "wpe.weight",
    lesson: "encoder",
  },
  ln1w: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "ones",
    huggingFace: "h.{l}.ln_1.weight",
    lesson: "layernorm",
  },
  ln1b: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.ln_1.bias",
    lesson: "layernorm",
  },
  qkvw: {
    shape: ({ C }) => [3 * C, C],
    perLayer: true,
    init: "normal",
    huggingFace: "h.{l}.attn.c_attn.weight",
    transposed: true,
    lesson: "matmul",
  },
  qkvb: {
    shape: ({ C }) => [3 * C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.attn.c_attn.bias",
    lesson: "matmul",
  },
  attprojw: {
    shape: ({ C }) => [C, C],
    perLayer: true,
    init: "residual",
    huggingFace: "h.{l}.attn.c_proj.weight",
    transposed: true,
    lesson: "matmul",
  },
  attprojb: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.attn.c_proj.bias",
    lesson: "matmul",
  },
  ln2w: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "ones",
    huggingFace: "h.{l}.ln_2.weight",
    lesson: "layernorm",
  },
  ln2b: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.ln_2.bias",
    lesson: "layernorm",
  },
  fcw: {
    shape: ({ C }) => [4 * C, C],
    perLayer: true,
    init: "normal",
    huggingFace: "h.{l}.mlp.c_fc.weight",
    transposed: true,
    lesson: "matmul",
  },
  fcb: {
    shape: ({ C }) => [4 * C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.mlp.c_fc.bias",
    lesson: "matmul",
  },
  fcprojw: {
    shape: ({ C }) => [C, 4 * C],
    perLayer: true,
    init: "residual",
    huggingFace: "h.{l}.mlp.c_proj.weight",
    transposed: true,
    lesson: "matmul",
  },
  fcprojb: {
    shape: ({ C }) => [C],
    perLayer: true,
    init: "zeros",
    huggingFace: "h.{l}.mlp.c_proj.bias",
    lesson: "matmul",
  },
  lnfw: {
    shape: ({ C }) => [C],
    perLayer: false,
    init: "ones",
    huggingFace: "ln_f.weight",
    lesson: "layernorm",
  },
  lnfb: {
    shape: ({ C }) => [C],
    perLayer: false,
    init: "zeros",
    huggingFace: "ln_f.bias",
    lesson: "layernorm",
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameterTable;

/** The names in llm.c's order: that of a checkpoint, of the memory, and of the random streams. */
export const parameterNames = Object.keys(parameterTable) as ParameterName[];

type Table = typeof parameterTable;

/** The 12 parameters of one layer, by name. */
export type LayerParameters<Value> = Record<
  { [Name in ParameterName]: Table[Name]["perLayer"] extends true ? Name : never }[ParameterName],
  Value
>;

/** One value for each of the 16 tensors. */
export type ByParameter<Value> = Record<ParameterName, Value>;

/** Makes one value for each of the 16 tensors, in order. */
export function byParameter<Value>(make: (name: ParameterName) => Value): ByParameter<Value> {
  const entries = parameterNames.map((name) => [name, make(name)]);
  return Object.fromEntries(entries) as ByParameter<Value>;
}

/** Shape of the whole tensor: (L, ...) where every layer has its own. */
export function parameterShape(name: ParameterName, config: Config): number[] {
  const { shape, perLayer } = parameterTable[name];
  return perLayer ? [config.L, ...shape(config)] : [...shape(config)];
}

/** Number of values in the whole tensor. */
export function parameterLength(name: ParameterName, config: Config): number {
  return parameterShape(name, config).reduce((product, size) => product * size, 1);
}

/** Where each tensor begins when all lie behind one another in one block, counted in values. */
export function parameterOffsets(config: Config): ByParameter<number> {
  let offset = 0;
  return byParameter((name) => {
    const start = offset;
    offset += parameterLength(name, config);
    return start;
  });
}

/** Number of values in all 16 tensors, the padded rows of wte included. */
export function countParameters(config: Config): number {
  return parameterNames.reduce((sum, name) => sum + parameterLength(name, config), 0);
}

/** Matrices decay, vectors (biases, and the scales of layernorm) do not. */
export function decays(name: ParameterName, config: Config): boolean {
  return parameterTable[name].shape(config).length === 2;
}

/**
 * The values of one tensor before training. Value i of the tensor in place k of the table depends on (seed, k, i) alone.
 *
 * @param seed integer from 0 to 2^32 - 1
 */
export function initialValues(name: ParameterName, config: Config, seed: number): Float32Array {
  const { init } = parameterTable[name];
  const values = new Float32Array(parameterLength(name, config));
  if (init === "ones") return values.fill(1);
  if (init === "zeros") return values;
  const stream = openStream(seed, parameterNames.indexOf(name));
  const scale = init === "residual" ? 0.02 / Math.sqrt(2 * config.L) : 0.02;
  const length = name === "wte" ? config.V * config.C : values.length; // the padded rows stay 0
  for (let i = 0; i < length; i++) values[i] = normal(stream, i) * scale;
  return values;
}

/** Checks that values are given for each of the 16 tensors, in the right number. */
export function checkParameters(caller: string, values: ByParameter<Floats>, config: Config): void {
  for (const name of parameterNames) {
    const expected = parameterLength(name, config);
    const got = values[name]?.length;
    if (got !== expected) {
      throw new RangeError(
        `${caller}: ${name} has ${got ?? "no"} values, expected ${expected} for shape (${parameterShape(name, config).join(", ")})`,
      );
    }
  }
}
