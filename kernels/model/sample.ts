// From logits to a token, and from token to token to a text.

import { checkIds, type Floats, type Ints } from "../runtime/check.ts";
import { nextUniform, type RandomState } from "../runtime/random.ts";
import type { Tables } from "./architecture.ts";
import { checkTokens } from "./batch.ts";
import { readLogits } from "./classifier.ts";
import { type Model, shrinkModel } from "./model.ts";

/** How the next token is drawn. */
export interface SampleOptions {
  /** Divides the logits: below 1 the likely become likelier, above 1 all become more alike. 0: always the likeliest. */
  readonly temperature: number;
  /** Draw from the topK likeliest tokens only. Default: from all. */
  readonly topK?: number;
  /** Draw from the fewest likeliest tokens that together have at least this probability, 0 < topP <= 1. Default: 1. */
  readonly topP?: number;
}

/**
 * Draws a token.
 *
 * @param logits at least V values; those from V on do not count
 * @param u a number in [0, 1) that decides
 * @throws RangeError if an option is out of its range, u is, or a logit is not finite
 */
export function sampleToken(logits: Floats, V: number, options: SampleOptions, u: number): number {
  checkOptions("sampleToken", options);
  checkNumber("sampleToken", "u", u, u >= 0 && u < 1, "a number from 0 to below 1");
  const { temperature, topK = V, topP = 1 } = options;
  const likeliest = checkLogits(logits, V);
  if (temperature === 0) return likeliest;

  let ids = Array.from({ length: V }, (_, id) => id);
  if (topK < V || topP < 1) {
    ids.sort((a, b) => logits[b] - logits[a] || a - b);
    ids = ids.slice(0, topK);
  }
  // softmax, not yet divided by its sum; the largest is exp(0), so nothing overflows
  const weights = ids.map((id) => Math.exp((logits[id] - logits[likeliest]) / temperature));
  let total = sum(weights);
  if (topP < 1) {
    ids.length = countTop(weights, topP * total);
    total = sum(weights.slice(0, ids.length));
  }
  return ids[pick(weights, u * total)];
}

/**
 * Reads the next tokens of a text.
 *
 * @returns the logits after the last of them: at least V values
 */
export type ReadOn = (tokens: readonly number[]) => Promise<Floats>;

/**
 * Continues a text without end, one token at a time; leave the loop to stop. Of a text longer than T only the last T
 * tokens are read.
 *
 * @param model any: one text is read at a time, in the memory of the model, between two steps of training
 * @param prompt token ids, at least one; <|endoftext|> to begin a new text
 * @param random moved on by one number for each token, so that the same state gives the same text
 * @throws RangeError if the prompt is empty or has an id out of range, or an option is out of its range
 */
export function generate<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  prompt: ArrayLike<number>,
  options: SampleOptions,
  random: RandomState,
): AsyncGenerator<number, never> {
  const { T } = model.sizes;
  const reader = shrinkModel(model, 1, T);
  const inputs = new Int32Array(T);
  let context: number[] = [];
  const readOn: ReadOn = (tokens) => {
    context = [...context, ...tokens].slice(-T);
    inputs.set(context); // what comes after them does not matter: no token reads later ones
    model.architecture.forward(reader, inputs);
    return readLogits(reader, context.length - 1, 1);
  };
  return generateWith(readOn, model.config.V, prompt, options, random);
}

/** The same, with whatever reads a text. */
export async function* generateWith(
  readOn: ReadOn,
  V: number,
  prompt: ArrayLike<number>,
  options: SampleOptions,
  random: RandomState,
): AsyncGenerator<number, never> {
  checkOptions("generate", options);
  if (prompt.length === 0) {
    throw new RangeError("generate: the prompt has no token, expected at least one");
  }
  checkIds("generate", "prompt", prompt, V);
  let tokens = Array.from(prompt);
  for (;;) {
    const token = sampleToken(await readOn(tokens), V, options, nextUniform(random));
    yield token;
    tokens = [token];
  }
}

/**
 * After each token of a batch the one that drawing at temperature 0 would take, (B, T). Only activations are written.
 *
 * @throws RangeError if a number of tokens or an id is wrong, or a logit is not finite
 */
export async function likeliestTokens<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  inputs: Ints,
): Promise<Int32Array> {
  const { sizes, config, architecture } = model;
  const { B, T, rowsPerChunk } = sizes;
  checkTokens("likeliestTokens", "inputs", model, inputs);
  architecture.forward(model, inputs);
  const likeliest = new Int32Array(B * T);
  for (let start = 0; start < B * T; start += rowsPerChunk) {
    const rows = Math.min(rowsPerChunk, B * T - start);
    const logits = await readLogits(model, start, rows);
    for (let row = 0; row < rows; row++) {
      const own = logits.subarray(row * config.Vp, (row + 1) * config.Vp);
      likeliest[start + row] = checkLogits(own, config.V);
    }
  }
  return likeliest;
}

/** Checks the options. @throws RangeError naming the first that is out of its range */
export function checkOptions(caller: string, { temperature, topK, topP }: SampleOptions): void {
  const warm = temperature >= 0 && temperature < Infinity;
  checkNumber(caller, "temperature", temperature, warm, "a number from 0");
  if (topK !== undefined) {
    checkNumber(caller, "topK", topK, Number.isSafeInteger(topK) && topK >= 1, "an integer from 1");
  }
  if (topP !== undefined) {
    checkNumber(caller, "topP", topP, topP > 0 && topP <= 1, "a number above 0, up to 1");
  }
}

/** The id of the largest logit, the first where several are. @throws RangeError if one is not finite */
function checkLogits(logits: Floats, V: number): number {
  if (!Number.isSafeInteger(V) || V < 1 || logits.length < V) {
    throw new RangeError(`sampleToken: got ${logits.length} logits, expected at least V = ${V}`);
  }
  let likeliest = 0;
  for (let id = 0; id < V; id++) {
    if (!Number.isFinite(logits[id])) {
      throw new RangeError(`sampleToken: the logit of token ${id} is ${logits[id]}`);
    }
    if (logits[id] > logits[likeliest]) likeliest = id;
  }
  return likeliest;
}

/** How many of the first weights it takes to reach `least` together. */
function countTop(weights: readonly number[], least: number): number {
  let reached = 0;
  for (let i = 0; i < weights.length; i++) {
    reached += weights[i];
    if (reached >= least) return i + 1;
  }
  return weights.length;
}

/** The first i at which the weights up to and with it exceed `level`, which is below their sum. */
function pick(weights: readonly number[], level: number): number {
  let i = 0;
  let reached = weights[0];
  while (reached <= level) reached += weights[++i];
  return i;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkNumber(
  caller: string,
  name: string,
  value: number,
  right: boolean,
  expected: string,
): void {
  if (typeof value !== "number" || !right) {
    throw new RangeError(`${caller}: ${name} is ${value}, expected ${expected}`);
  }
}
