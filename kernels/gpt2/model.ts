// A GPT-2 in the memory of a device: everything that forward, backward and update work on. All of it is allocated here,
// once; after that nothing is created.

import type { Backend } from "../backend.ts";
import type { Floats } from "../runtime/check.ts";
import { lengthOf } from "../runtime/plan.ts";
import {
  type ActivationGradients,
  type ActivationName,
  type Activations,
  activationLength,
  activationTable,
  arrangeActivations,
  gradientNames,
} from "./activations.ts";
import { type Config, checkBatch } from "./config.ts";
import { completeOptions, modelTensors, type Options, type Sizes } from "./memory.ts";
import {
  type ByParameter,
  byParameter,
  checkParameters,
  initialValues,
  type LayerParameters,
  parameterLength,
  parameterNames,
  parameterTable,
} from "./parameters.ts";

/** A GPT-2. Tensor and Ids are the device's handles; see Backend. */
export interface GPT2<Tensor, Ids> {
  readonly backend: Backend<Tensor, Ids>;
  readonly config: Config;
  readonly sizes: Sizes;

  readonly inputs: Ids; // (B, T)
  readonly targets: Ids; // (B, T)
  /** The 16 tensors, whole. */
  readonly parameters: ByParameter<Tensor>;
  /** The same memory as the kernels take it: layer by layer, and of wpe the first T rows. */
  readonly weights: Weights<Tensor>;
  readonly acts: Activations<Tensor>;
  /** Rows of the classifier, a part at a time; a list for each micro-batch, which differ in where losses go. */
  readonly chunks: readonly (readonly Chunk<Tensor, Ids>[])[];
  readonly logits: Tensor; // (rowsPerChunk, Vp)
  readonly losses: Tensor; // (accumulation, B, T)
  readonly loss: Tensor; // (1)
  /** What only training needs; null in a model made without. */
  readonly training: Training<Tensor> | null;
}

/** Parameters, or gradients of them, as the kernels take them. */
export interface Weights<Tensor> {
  readonly wte: Tensor; // (Vp, C)
  readonly wpe: Tensor; // (T, C)
  readonly layers: readonly LayerParameters<Tensor>[];
  readonly lnfw: Tensor; // (C)
  readonly lnfb: Tensor; // (C)
}

export interface Training<Tensor> {
  readonly gradients: ByParameter<Tensor>;
  readonly m: ByParameter<Tensor>;
  readonly v: ByParameter<Tensor>;
  /** The gradients as the kernels take them. */
  readonly dweights: Weights<Tensor>;
  readonly dacts: ActivationGradients<Tensor>;
  readonly squares: Tensor; // (1), sum of the squares of all gradients
}

/** Some rows of B*T, and the parts of the tensors that belong to them. */
export interface Chunk<Tensor, Ids> {
  readonly rows: number;
  readonly lnf: Tensor; // (rows, C)
  readonly dlnf: Tensor | null; // (rows, C)
  readonly logits: Tensor; // (rows, Vp), the same memory for every chunk
  readonly losses: Tensor; // (rows)
  readonly dlosses: Tensor; // (rows)
  readonly targets: Ids; // (rows)
}

/**
 * Allocates a GPT-2 with all parameters 0: call `initialise`, or `writeTensors` with the values of a checkpoint.
 *
 * @throws RangeError if the config or the options cannot be; nothing is allocated then
 */
export function createGPT2<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  config: Config,
  options: Options,
): GPT2<Tensor, Ids> {
  throw new Error("not written yet");
}

/**
 * The same model for fewer or shorter texts, in the same memory: for sampling, which reads one text at a time. Its
 * forward pass writes over the activations of the other, which is harmless between two steps of training.
 *
 * @throws RangeError if B or T is larger than the model's
 */
export function shrinkGPT2<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  B: number,
  T: number,
): GPT2<Tensor, Ids> {
  throw new Error("not written yet");
}

/** Writes the initial values of all parameters; m and v to 0 where the model is trained. */
export function initialise<Tensor, Ids>(model: GPT2<Tensor, Ids>, seed: number): void {
  throw new Error("not written yet");
}

/** The four tensors kept for every parameter. The last three exist only in a model made for training. */
export type Kind = "parameters" | "gradients" | "m" | "v";

/** Reads all 16 tensors of a kind, for a checkpoint or a test. */
export async function readTensors<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  kind: Kind,
): Promise<ByParameter<Floats>> {
  throw new Error("not written yet");
}

/**
 * Writes all 16 tensors of a kind.
 *
 * @throws RangeError naming the first tensor that is missing or has another length; nothing is written then
 */
export function writeTensors<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  kind: Kind,
  values: ByParameter<Floats>,
): void {
  throw new Error("not written yet");
}
