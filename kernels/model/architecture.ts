// What a kind of model must say of itself so that memory, training and sampling work on it: three tables and two passes,
// and how it reads on. gpt2/ is one, llama/ another. Nothing in model/ knows the name of a tensor.

import type { Ints } from "../runtime/check.ts";
import type { HalfFormat } from "../runtime/half.ts";
import type { ModelConfig } from "./config.ts";
import type { Model } from "./model.ts";

/** One line of the table of what is learned. */
export interface Parameter<Config extends ModelConfig = ModelConfig> {
  /** Shape in one layer, or of the whole where it is not per layer. Matrices are (output, input) channels. */
  readonly shape: (config: Config) => readonly number[];
  /** Whether every layer has one of its own. All of them follow one another in one tensor of shape (L, ...). */
  readonly perLayer: boolean;
  readonly init: Init;
  /**
   * What its rows are for, where that matters: "tokens" of the padded vocabulary, of which those from V on stay 0; or
   * "positions" up to maxT, of which kernels are given the first T.
   */
  readonly rows?: "tokens" | "positions";
}

/**
 * Values before training. normal: deviation 0.02. residual: the same divided by sqrt(2L), for the two matrices of each
 * layer whose output is added to the residual stream: the sum of 2L such terms is then no wider than one.
 */
export type Init = "normal" | "residual" | "ones" | "zeros";

/** One line of the table of what is computed on the way from tokens to logits. */
export interface Activation<Config extends ModelConfig = ModelConfig> {
  readonly shape: (config: Config, B: number, T: number) => readonly number[];
  /** Whether every layer computes one of its own. */
  readonly perLayer: boolean;
  /** Whether the backward pass reads it, so that no other layer may write over it. */
  readonly kept: boolean;
  /** Whether one light kernel computes it again from others, so that it need not be kept where memory is short. */
  readonly light?: boolean;
  /**
   * Whether it is so large that it may wait for the backward pass in 16 bits; and for whose lines: those of its own layer, or
   * those of the next, which begins with it.
   */
  readonly half?: "own" | "next";
  /** Whether the backward pass computes a gradient with respect to it. */
  readonly gradient: boolean;
  /** The form of attention that needs it; absent where both do. */
  readonly attention?: AttentionForm;
}

/**
 * What becomes of attention's weights between the forward and the backward pass: (B, NH, T, T) of them are kept, as the
 * lesson shows it, or one number for each row is, from which they are computed again.
 */
export type AttentionForm = "kept" | "recomputed";

/** In which format large activations wait for the backward pass. */
export type ActivationFormat = "float32" | HalfFormat;

/** One line of the table of what is neither learned nor computed from tokens, such as the angles of a rotation. */
export interface Constant<Config extends ModelConfig = ModelConfig> {
  /** For shorter texts the beginning of it is used, so positions come first. */
  readonly shape: (config: Config, T: number) => readonly number[];
  readonly values: (config: Config, T: number) => Float32Array;
}

/** The types of an architecture's tables, from which the types of its tensors by name follow. */
export interface Tables {
  readonly config: ModelConfig;
  // biome-ignore-start lint/suspicious/noExplicitAny: a table whose lines take any config that has the sizes they use
  readonly parameters: Readonly<Record<string, Parameter<any>>>;
  readonly activations: Readonly<Record<string, Activation<any>>>;
  readonly constants: Readonly<Record<string, Constant<any>>>;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above
}

/** What memory can be planned from, without the passes. */
export interface Outline<A extends Tables> {
  /** As it appears in names of functions: "GPT2" of createGPT2. */
  readonly name: string;
  /** In the order of a checkpoint, of the memory, and of the random streams. */
  readonly parameters: A["parameters"];
  readonly activations: A["activations"];
  readonly constants: A["constants"];
  /** The parameter that the classifier compares vectors with, (Vp, C). It may be the table that tokens are looked up in. */
  readonly head: ParameterName<A>;
  /** @throws RangeError naming the first size that is wrong */
  readonly checkConfig: (config: A["config"]) => void;
}

export interface Architecture<A extends Tables> extends Outline<A> {
  /** The activation that it reads, (B, T, C), with a gradient: the last of the forward pass. */
  readonly last: ActivationName<A>;
  /** Runs the model on B texts of T tokens, up to and including `last`. */
  readonly forward: <Tensor, Ids>(model: Model<A, Tensor, Ids>, inputs: Ints) => void;
  /** Adds the gradients with respect to all parameters, given that of `last`. */
  readonly backward: <Tensor, Ids>(model: Model<A, Tensor, Ids>) => void;
  /** How many numbers a text that grows keeps of each token in each layer: its queries, keys and values. */
  readonly qkvRow: (config: A["config"]) => number;
  /**
   * Runs `reader`, the model for the new tokens of a text, of which `before` tokens are kept in `qkv`, and keeps what the new ones
   * offer; see cache.ts.
   */
  readonly extend: <Tensor, Ids>(
    model: Model<A, Tensor, Ids>,
    reader: Model<A, Tensor, Ids>,
    qkv: readonly Tensor[],
    before: number,
  ) => void;
}

export type ParameterName<A extends Tables> = keyof A["parameters"] & string;
export type ActivationName<A extends Tables> = keyof A["activations"] & string;
export type ConstantName<A extends Tables> = keyof A["constants"] & string;

/** The names of the lines of a table in which `Flag` has this value. */
type Where<Table, Flag extends string, Value extends boolean> = {
  [Name in keyof Table]: Table[Name] extends Readonly<Record<Flag, Value>> ? Name : never;
}[keyof Table];

/** One value for each parameter. */
export type ByParameter<A extends Tables, Value> = Record<ParameterName<A>, Value>;

/** The parameters of one layer, by name. */
export type LayerParameters<A extends Tables, Value> = Record<
  Where<A["parameters"], "perLayer", true>,
  Value
>;

/** Parameters, or gradients of them, as the kernels take them: layer by layer, and of positions the first T. */
export type Weights<A extends Tables, Tensor> = Readonly<
  Record<Where<A["parameters"], "perLayer", false>, Tensor>
> & { readonly layers: readonly LayerParameters<A, Tensor>[] };

/** The activations of one layer, by name. Some are there only as the model's form of attention needs them. */
export type LayerActivations<A extends Tables, Tensor> = Record<
  Where<A["activations"], "perLayer", true>,
  Tensor
>;

/** All activations: those of the whole network by name, those of each layer in `layers`. */
export type Activations<A extends Tables, Tensor> = Record<
  Where<A["activations"], "perLayer", false>,
  Tensor
> & { layers: LayerActivations<A, Tensor>[] };

/** Gradients with respect to the activations: one tensor each, used by one layer after the other. */
export type ActivationGradients<A extends Tables, Tensor> = Record<
  Where<A["activations"], "gradient", true>,
  Tensor
>;
