// The list of all tensors that a model needs, for planning and for allocating alike.

import type { HalfFormat } from "../runtime/half.ts";
import {
  type Fit,
  fitMemory,
  type Limits,
  type MemoryPlan,
  type PlannedTensor,
  planMemory,
} from "../runtime/plan.ts";
import { activationNames, gradientNames, hasCopies, isPacked } from "./activations.ts";
import type { ActivationFormat, AttentionForm, Outline, Tables } from "./architecture.ts";
import { checkBatch } from "./config.ts";
import { namesOf, shapeOf } from "./parameters.ts";
import { isQ8 } from "./q8.ts";
import { isMultiplied, roundedFormat } from "./rounded.ts";

/** How a model is to be used. */
export interface Options {
  /** Texts in one micro-batch. */
  readonly B: number;
  /** Tokens in each of them, at most maxT. */
  readonly T: number;
  /** Whether it will be trained. One that only reads needs a small part of the memory. */
  readonly training: boolean;
  /** Micro-batches whose gradients are added up for one update. Default 1. */
  readonly accumulation?: number;
  /**
   * Rows (tokens) whose logits are computed at a time. Default: as many as fill 16 MiB, or all.
   * The logits of all rows, B*T*Vp of them, would be the largest tensor of all.
   */
  readonly rowsPerChunk?: number;
  /**
   * Whether attention's weights are kept for the backward pass or computed again. Default "kept", as in the lesson.
   * Kept, they are L*B*NH*T*T numbers: with long texts most of the memory.
   */
  readonly attention?: AttentionForm;
  /**
   * Whether the outputs of layernorm and GELU are computed again in the backward pass, from what they were computed from,
   * instead of being kept for it: 6*B*T*C numbers fewer in all layers but one, for three more light kernels in each.
   * Default false.
   */
  readonly recompute?: boolean;
  /**
   * In which format large activations wait for the backward pass. Default "float32", as in the lesson. In 16 bits they take half
   * the memory in all layers but one, and gradients are computed from rounded values; the forward pass is the same to the last
   * bit. "bfloat16" reaches as far as float32; in "float16", which rounds less, a value from 65520 on becomes infinite, and the
   * loss of the next step NaN.
   */
  readonly activations?: ActivationFormat;
  /**
   * In which format matmul reads matrices. Default "float32". In "bfloat16" and "float16" it reads copies of 16 bits, which are packed
   * again after each update: half as many bytes to load, and half a copy more in memory, as AdamW goes on from float32. See
   * rounded.ts. In "q8_0" matrices take 9 bits a number instead of 32, and are rounded as llama.cpp's Q8_0: for a model that only
   * reads. See q8.ts.
   */
  readonly weights?: WeightFormat;
}

/** Those that a model can be trained with. */
export type TrainedFormat = "float32" | HalfFormat;

export type WeightFormat = TrainedFormat | "q8_0";

/** The options with every default filled in. */
export type Sizes = Required<Options>;

/**
 * Fills in the defaults and checks that all can work together.
 *
 * @throws RangeError naming what is wrong: the config, B, T, accumulation, attention, recompute, activations, weights or rowsPerChunk
 */
export function completeOptions<A extends Tables>(
  { name, checkConfig }: Outline<A>,
  config: A["config"],
  options: Options,
): Sizes {
  checkConfig(config);
  const caller = `create${name}`;
  const { B, T, training, accumulation = 1, attention = "kept", recompute = false } = options;
  const { activations = "float32", weights = "float32" } = options;
  checkBatch(caller, config, B, T);
  const { rowsPerChunk = Math.min(B * T, defaultRows(config.Vp)) } = options;
  for (const [option, size] of Object.entries({ accumulation, rowsPerChunk })) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${caller}: ${option} is ${size}, expected a positive integer`);
    }
  }
  if (attention !== "kept" && attention !== "recomputed") {
    throw new RangeError(`${caller}: attention is "${attention}", expected "kept" or "recomputed"`);
  }
  if (typeof recompute !== "boolean") {
    throw new RangeError(`${caller}: recompute is ${recompute}, expected true or false`);
  }
  if (!activationFormats.includes(activations)) {
    throw new RangeError(
      `${caller}: activations is "${activations}", expected ${oneOf(activationFormats)}`,
    );
  }
  if (!weightFormats.includes(weights)) {
    throw new RangeError(`${caller}: weights is "${weights}", expected ${oneOf(weightFormats)}`);
  }
  if (training && weights === "q8_0") {
    throw new RangeError(
      `${caller}: weights is "${weights}", expected ${oneOf(trainedFormats)} in a model that is trained: a small step would be rounded away`,
    );
  }
  const sizes = { B, T, training, accumulation, attention, recompute, activations, weights };
  return { ...sizes, rowsPerChunk: Math.min(rowsPerChunk, B * T) };
}

/** The default first. */
export const activationFormats: readonly ActivationFormat[] = ["float32", "bfloat16", "float16"];

/** Those that a model can be trained with, the default first. */
export const trainedFormats: readonly TrainedFormat[] = ["float32", "bfloat16", "float16"];

export const weightFormats: readonly WeightFormat[] = [...trainedFormats, "q8_0"];

function oneOf(formats: readonly string[]): string {
  const quoted = formats.map((format) => `"${format}"`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** A multiple of 64, so that chunks begin at offsets that a GPU can bind. */
function defaultRows(Vp: number): number {
  return Math.max(64, Math.floor(2 ** 22 / Vp / 64) * 64);
}

/** What the copies of a parameter are called in a plan. */
export function copyName(name: string, { weights }: Pick<Sizes, "weights">): string {
  return `${name} in ${weights}`;
}

/** What the packed copies of an activation are called in a plan. */
export function packedName(name: string, { activations }: Pick<Sizes, "activations">): string {
  return `${name} in ${activations}`;
}

/** All tensors of a model, group by group. */
export function modelTensors<A extends Tables>(
  outline: Outline<A>,
  config: A["config"],
  sizes: Sizes,
): PlannedTensor[] {
  const { parameters, activations, constants } = outline;
  const { B, T, training, accumulation, attention, rowsPerChunk } = sizes;
  const groups = training ? ["parameters", "gradients", "m", "v"] : ["parameters"];
  const tensors: PlannedTensor[] = [];
  const add = (group: string, name: string, shape: readonly number[], copies = 1) =>
    tensors.push({ group, name, shape, copies, type: "floats", whole: !groups.includes(group) });
  const addIds = (name: string, shape: readonly number[]) =>
    tensors.push({ group: "scratch", name, shape, copies: 1, type: "ids", whole: true });

  for (const group of groups) {
    for (const name of namesOf(parameters)) {
      const shape = shapeOf(parameters, name, config);
      if (isQ8(parameters[name], config, sizes)) {
        tensors.push({ group, name, shape, copies: 1, type: "blocks", whole: false });
      } else add(group, name, shape);
    }
  }
  for (const name of roundedFormat(sizes) === null ? [] : namesOf(parameters)) {
    if (!isMultiplied(outline, name, config)) continue;
    tensors.push({
      ...{ group: "copies", name: copyName(name, sizes), shape: parameters[name].shape(config) },
      ...{ copies: parameters[name].perLayer ? config.L : 1, type: "halves", whole: false },
    });
  }
  for (const [name, { shape }] of Object.entries(constants)) {
    add("constants", name, shape(config, T));
  }
  for (const name of activationNames<A>(activations, attention)) {
    const shape = activations[name].shape(config, B, T);
    add("activations", name, shape, hasCopies(activations[name], sizes) ? config.L : 1);
    if (isPacked(activations[name], sizes) && config.L > 1) {
      tensors.push({
        ...{ group: "activations", name: packedName(name, sizes), shape, copies: config.L - 1 },
        ...{ type: "halves", whole: false },
      });
    }
  }
  if (training) {
    for (const name of gradientNames<A>(activations, attention)) {
      add("scratch", `d${name}`, activations[name].shape(config, B, T));
    }
  }
  add("scratch", "logits", [rowsPerChunk, config.Vp]);
  add("scratch", "losses", [accumulation, B, T]);
  add("scratch", "dlosses", [B, T]);
  add("scratch", "loss", [1]);
  add("scratch", "squares", [1]); // sum of the squares of all gradients
  addIds("inputs", [B, T]);
  addIds("targets", [B, T]);
  return tensors;
}

/**
 * The memory that createModel will take with the same arguments. Groups: parameters, gradients, m, v, copies of matrices in 16
 * bits and constants where there are any, activations, scratch.
 *
 * @throws RangeError as createModel does
 */
export function planModel<A extends Tables>(
  outline: Outline<A>,
  config: A["config"],
  options: Options,
): MemoryPlan {
  const sizes = completeOptions(outline, config, options);
  return planMemory(modelTensors(outline, config, sizes));
}

/** Holds the plan against the limits; where it does not fit, finds the nearest B and T that do. */
export function fitModel<A extends Tables>(
  outline: Outline<A>,
  config: A["config"],
  options: Options,
  limits: Limits,
): Fit {
  return fitMemory(({ B, T }) => planModel(outline, config, { ...options, B, T }), options, limits);
}
