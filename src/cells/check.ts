// What a check is: what a function is called with, and what must come of it.

import type { Argument } from "./messages.ts";

/** How a function is checked. */
export interface Check {
  function: string;
  /** Stem of the file in public/reference; all of its cases are run. */
  reference: string;
  /** Names of the arguments in order: tensors and sizes of the reference file. */
  args: readonly string[];
  /** Tensors that the function overwrites. They hold no numbers before the call. */
  writes: readonly string[];
  /** Tensors that the function adds to. They hold known numbers before the call. */
  adds: readonly string[];
  /** Those of `adds` that hold 0 before the call, because what they hold flows on into others. */
  zeroed?: readonly string[];
  /**
   * Tensors whose last axis holds several things side by side: what each is called, and the size that says how many heads it
   * has. They are reported one by one.
   */
  parts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Tensors that the function changes where they lie: the argument's own tensor before the call, and the name of the
   * tensor that it must be after it.
   */
  updates?: Readonly<Record<string, string>>;
  /** Lengths of the tensors as products of sizes, "B*T*C": their axes are called by the letters of these sizes. */
  shapes?: Readonly<Record<string, string>>;
  /** The lesson's letters for sizes, where they are not the usual ones. */
  letters?: Readonly<Record<string, string>>;
  /** What the function is called with, made of one case of the reference file; without it, that case itself. */
  cases?: (one: Case) => Case[];
  /**
   * Further cases, drawn with a seed: sizes, inputs, and in the place of each output a tensor of its shape. What the
   * outputs must be is computed by the solution.
   */
  draw?: (draw: Draw) => Case[];
  /** Where the exercise is a shader of its own: how it is run. */
  shader?: ShaderCheck;
}

/** How the shader of an exercise is run for a call. */
export interface ShaderCheck {
  entryPoint: string;
  /** The arguments that are bound at 0, 1, 2, ... */
  tensors: readonly string[];
  /** The shader's constants. */
  overrides: (sizes: Sizes) => Readonly<Record<string, number>>;
  workgroups: (sizes: Sizes) => readonly [number, number];
}

/** One case of a reference file, or a drawn one. */
export interface Case {
  name: string;
  sizes: Readonly<Record<string, number>>;
  tensors: ReadonlyMap<string, Tensor>;
}

export interface Tensor {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/** What drawn cases are made of. */
export interface Draw {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** As many different whole numbers, in any order. */
  different(count: number, from: number, to: number): number[];
  /** Numbers with mean 0 and the given spread, of a normal distribution. */
  normal(shape: readonly number[], spread?: number): FloatTensor;
  /** Whole numbers from 0 to below `limit`. */
  ids(shape: readonly number[], limit: number): IdTensor;
  /** A tensor of zeros: in the place of an output, or to be filled. */
  empty(shape: readonly number[]): FloatTensor;
  /** In the place of an output of ids. */
  emptyIds(shape: readonly number[]): IdTensor;
  /**
   * One case with the given sizes, and one for each of them with 1 in its place.
   *
   * @param make the tensors of a case; sizes that follow from the others are told beside them
   */
  eachOnce(sizes: Sizes, make: (sizes: Sizes) => Made): Case[];
}

export type Sizes = Readonly<Record<string, number>>;
export type FloatTensor = Tensor & { data: Float32Array };
export type IdTensor = Tensor & { data: Int32Array };

/** A drawn case's tensors, and what its sizes are where they are not those that it was drawn with. */
export interface Made {
  tensors: Readonly<Record<string, Tensor>>;
  sizes?: Sizes;
}

/** A tensor that a call must produce, or a part of one. */
export interface Expected {
  tensor: string;
  argument: number; // its place among the arguments
  part?: Part;
  how: "writes" | "adds" | "updates";
  shape: readonly number[];
  axes: readonly string[]; // letters of its dimensions
  ids?: boolean; // it is an Int32Array, of token ids
  before: Float32Array; // what it held before the call
  torch: Float32Array; // PyTorch's numbers: what must be added where it is added to, else the result
}

/** One of several parts of a tensor's last axis. */
export interface Part {
  from: number; // its first column
  columns: number;
  row: number; // columns of all parts together
}

/** One call: its arguments, and what must come of it. */
export interface Call {
  case: string;
  sizes: Readonly<Record<string, number>>;
  names: readonly string[]; // of the arguments
  args: Argument[];
  shapes: readonly (readonly number[])[]; // of the arguments; [] for a size
  expected: Expected[];
  seed?: number; // of a drawn case
}
