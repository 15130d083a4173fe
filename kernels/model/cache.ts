// A model reading a text that grows. What a token offers to later ones, its keys and values, does not change when more tokens
// come: it is kept, in every layer, and of the forward pass only the rows of new tokens are computed. A token then costs one
// row, and not as many as there are tokens before it.

import type { Tables } from "./architecture.ts";
import { checkTokens } from "./batch.ts";
import { readLogits } from "./classifier.ts";
import { type Model, shrinkModel } from "./model.ts";
import type { ReadOn } from "./sample.ts";

/** The beginning of a text that a model has read. */
export interface Cache<A extends Tables, Tensor, Ids> {
  /** Queries, keys and values of every token, layer by layer: T rows, of which the first `length` are filled. */
  readonly qkv: readonly Tensor[];
  /** Tokens that were read. */
  length: number;
  /** The model for so many new tokens, made when it is first needed. */
  readonly readers: Map<number, Model<A, Tensor, Ids>>;
}

/** Takes the memory for a text of as many tokens as the model's T. */
export function createCache<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
): Cache<A, Tensor, Ids> {
  const { architecture, backend, config, sizes } = model;
  const length = sizes.T * architecture.qkvRow(config);
  return {
    qkv: backend.alloc(Array<number>(config.L).fill(length)),
    length: 0,
    readers: new Map(),
  };
}

/**
 * Reads the next tokens of a text: the forward pass, for their rows alone.
 *
 * @param inputs their ids, each below V
 * @returns the model in whose memory their rows are, for `readLogits`: row r is that of inputs[r]
 * @throws RangeError if there is none, or they and those before them are more than the model's T, or an id is out of range;
 *   nothing is written then
 */
export function extend<A extends Tables, Tensor, Ids>(
  model: Model<A, Tensor, Ids>,
  cache: Cache<A, Tensor, Ids>,
  inputs: Int32Array,
): Model<A, Tensor, Ids> {
  const R = inputs.length;
  const before = cache.length;
  if (R === 0 || before + R > model.sizes.T) {
    throw new RangeError(
      `extend: got ${R} tokens after ${before}, expected at least one, and at most T = ${model.sizes.T} in all`,
    );
  }
  const reader = cache.readers.get(R) ?? shrinkModel(model, 1, R);
  cache.readers.set(R, reader);
  checkTokens("extend", "inputs", reader, inputs);
  model.backend.writeIds(reader.inputs, inputs);
  model.architecture.extend(model, reader, cache.qkv, before);
  cache.length = before + R;
  return reader;
}

/**
 * Makes what `generateWith` reads a text with. Where the text has filled the cache, its last half is read again, and there is
 * room for as many tokens as that: its tokens have other positions then, so nothing of what was kept is of use.
 *
 * @param model for one text: of its T, that is the longest that can be read
 */
export function cachedReader<A extends Tables, Tensor, Ids>(model: Model<A, Tensor, Ids>): ReadOn {
  const { T } = model.sizes;
  const cache = createCache(model);
  let text: number[] = [];
  return (tokens) => {
    text = [...text, ...tokens].slice(-T);
    let added = tokens.slice(-T);
    if (cache.length + added.length > T) {
      cache.length = 0;
      added = text = text.slice(-Math.ceil(T / 2));
    }
    const reader = extend(model, cache, Int32Array.from(added));
    return readLogits(reader, added.length - 1, 1);
  };
}
