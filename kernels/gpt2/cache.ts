// GPT-2 reading a text that grows. What a token offers to later ones, its keys and values, does not change when more tokens
// come: it is kept, in every layer, and of the forward pass only the rows of new tokens are computed. A token then costs one
// row, and not as many as there are tokens before it.

import { checkTokens } from "../model/batch.ts";
import { readLogits } from "../model/classifier.ts";
import { type Model, shrinkModel } from "../model/model.ts";
import type { ReadOn } from "../model/sample.ts";
import type { GPT2, GPT2Tables } from "./tables.ts";

/** The beginning of a text that a model has read. */
export interface Cache<Tensor, Ids> {
  /** Queries, keys and values of every token, layer by layer: (T, 3C), of which the first `length` rows are filled. */
  readonly qkv: readonly Tensor[];
  /** Tokens that were read. */
  length: number;
  /** The model for so many new tokens, made when it is first needed. */
  readonly readers: Map<number, Model<GPT2Tables, Tensor, Ids>>;
}

/** Takes the memory for a text of as many tokens as the model's T. */
export function createCache<Tensor, Ids>(model: GPT2<Tensor, Ids>): Cache<Tensor, Ids> {
  const { L, C } = model.config;
  const lengths = Array<number>(L).fill(model.sizes.T * 3 * C);
  return { qkv: model.backend.alloc(lengths), length: 0, readers: new Map() };
}

// biome-ignore format: one line for each kernel
/**
 * Reads the next tokens of a text: the forward pass, for their rows alone.
 *
 * @param inputs their ids, each below V
 * @returns the model in whose memory their rows are, for `readLogits`: row r is that of inputs[r]
 * @throws RangeError if there is none, or they and those before them are more than the model's T, or an id is out of range;
 *   nothing is written then
 */
export function extend<Tensor, Ids>(
  model: GPT2<Tensor, Ids>,
  cache: Cache<Tensor, Ids>,
  inputs: Int32Array,
): GPT2<Tensor, Ids> {
  const { backend, config, parameters } = model;
  const { L, NH, C } = config;
  const R = inputs.length;
  const before = cache.length;
  const T = before + R;
  if (R === 0 || T > model.sizes.T) {
    throw new RangeError(
      `extend: got ${R} tokens after ${before}, expected at least one, and at most T = ${model.sizes.T} in all`,
    );
  }
  const reader = cache.readers.get(R) ?? shrinkModel(model, 1, R);
  cache.readers.set(R, reader);
  checkTokens("extend", "inputs", reader, inputs);
  backend.writeIds(reader.inputs, inputs);
  const { weights, acts } = reader;

  const wpe = backend.view(parameters.wpe, before * C, R * C); // the positions of the new tokens
  backend.encoderForward(acts.encoded, reader.inputs, weights.wte, wpe, 1, R, C); // (1, R) -> (1, R, C)
  let residual = acts.encoded;

  for (let l = 0; l < L; l++) {
    const w = weights.layers[l];
    const a = acts.layers[l];
    const row = backend.view(cache.qkv[l], before * 3 * C, R * 3 * C);
    const text = backend.view(cache.qkv[l], 0, T * 3 * C);

    backend.layernormForward(a.ln1, a.ln1mean, a.ln1rstd, residual, w.ln1w, w.ln1b, 1, R, C);
    backend.matmulForward(row, a.ln1, w.qkvw, w.qkvb, 1, R, C, 3 * C); // -> (1, R, 3C), kept
    backend.attentionCachedForward(a.atty, text, R, T, C, NH); // -> (1, R, C)
    backend.matmulForward(a.attproj, a.atty, w.attprojw, w.attprojb, 1, R, C, C);
    backend.residualForward(a.residual2, residual, a.attproj, R * C);

    backend.layernormForward(a.ln2, a.ln2mean, a.ln2rstd, a.residual2, w.ln2w, w.ln2b, 1, R, C);
    backend.matmulForward(a.fch, a.ln2, w.fcw, w.fcb, 1, R, C, 4 * C);
    backend.geluForward(a.fchgelu, a.fch, R * 4 * C);
    backend.matmulForward(a.fcproj, a.fchgelu, w.fcprojw, w.fcprojb, 1, R, 4 * C, C);
    backend.residualForward(a.residual3, a.residual2, a.fcproj, R * C);
    residual = a.residual3;
  }

  backend.layernormForward(acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb, 1, R, C);
  backend.submit();
  cache.length = T;
  return reader;
}

/**
 * Makes what `generateWith` reads a text with. Where the text has filled the cache, its last half is read again, and there is
 * room for as many tokens as that: its tokens have other positions then, so nothing of what was kept is of use.
 *
 * @param model for one text: of its T, that is the longest that can be read
 */
export function cachedReader<Tensor, Ids>(model: GPT2<Tensor, Ids>): ReadOn {
  const { T } = model.sizes;
  const cache = createCache(model);
  let text: number[] = [];
  return (tokens) => {
    const first = text.length === 0;
    text = [...text, ...tokens].slice(-T);
    let added = tokens.slice(-T);
    if (cache.length + added.length > T) {
      cache.length = 0;
      added = text = first ? text : text.slice(-Math.ceil(T / 2));
    }
    const reader = extend(model, cache, Int32Array.from(added));
    return readLogits(reader, added.length - 1, 1);
  };
}
