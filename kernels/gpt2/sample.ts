// From logits to a token, and from token to token to a text.

import type { Floats } from "../runtime/check.ts";
import type { RandomState } from "../runtime/random.ts";
import type { GPT2 } from "./model.ts";

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
 * @throws RangeError if an option is out of its range or a logit is not finite
 */
export function sampleToken(
  logits: Floats,
  V: number,
  options: SampleOptions,
  u: number,
): number {
  throw new Error("not written yet");
}

/**
 * Continues a text without end, one token at a time; leave the loop to stop. Of a text longer than T the last T tokens
 * are read.
 *
 * @param model any: one text is read at a time, in the memory of the model, between two steps of training
 * @param prompt token ids, at least one; <|endoftext|> to begin a new text
 * @param random moved on by one number for each token, so that the same state gives the same text
 * @throws RangeError if the prompt is empty or has an id out of range, or an option is out of its range
 */
export async function* generate<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  prompt: ArrayLike<number>,
  options: SampleOptions,
  random: RandomState,
): AsyncGenerator<number, never> {
  throw new Error("not written yet");
}
