// What a model would say next if it ended after the embeddings, or after any of its blocks: the residual stream there goes
// through the last norm and the classifier, as it does after the last block.
// Source: nostalgebraist 2020, "interpreting GPT: the logit lens".

import type { GPT2 } from "@llm.ts/kernels/gpt2/tables.ts";
import { normForward } from "@llm.ts/kernels/llama/parts.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { type AnyModel, isLlamaModel } from "@llm.ts/kernels/models.ts";
import type { ReadUpTo } from "./inside.ts";

/** A token that may come next. */
export interface Guess {
  id: number;
  token: string;
  probability: number;
}

export interface Lens {
  position: number; // of the token after which is guessed
  /** After the embeddings, then after each block: the likeliest tokens, the first the likeliest. The last row is the model's own. */
  layers: Guess[][];
}

/**
 * @param model that has just read one text; its last activation is written over
 * @param most tokens in each row
 * @param readUpTo called with the number of layers after which is guessed next
 */
export async function logitLens<Tensor, Ids>(
  model: AnyModel<Tensor, Ids>,
  position: number,
  most: number,
  spell: (id: number) => string,
  readUpTo: ReadUpTo,
): Promise<Lens> {
  const acts = model.acts as unknown as {
    encoded: Tensor;
    layers: readonly { residual3: Tensor }[];
  };
  const layers: Guess[][] = [];
  const residuals = [acts.encoded, ...acts.layers.map(({ residual3 }) => residual3)];
  for (const [l, residual] of residuals.entries()) {
    readUpTo(l);
    normalise(model, residual);
    const logits = await readLogits(model, position, 1);
    const guesses = likeliest(logits.subarray(0, model.config.V), most);
    layers.push(guesses.map((guess) => ({ ...guess, token: spell(guess.id) })));
  }
  return { position, layers };
}

// biome-ignore format: one line for each kernel
/** The last norm, of any part of the residual stream. */
function normalise<Tensor, Ids>(model: AnyModel<Tensor, Ids>, residual: Tensor): void {
  if (isLlamaModel<Tensor, Ids>(model)) {
    const { acts, weights } = model;
    normForward(model, acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb);
    return;
  }
  const { backend, config, sizes, weights, acts } = model as unknown as GPT2<Tensor, Ids>;
  backend.layernormForward(acts.lnf, acts.lnfmean, acts.lnfrstd, residual, weights.lnfw, weights.lnfb, 1, sizes.T, config.C);
}

/** The largest logits, as probabilities among all, the largest first. */
export function likeliest(
  logits: ArrayLike<number>,
  most: number,
): { id: number; probability: number }[] {
  const ids = Array.from(logits, (_, id) => id);
  ids.sort((a, b) => logits[b] - logits[a] || a - b);
  const largest = logits[ids[0]];
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id] - largest);
  return ids
    .slice(0, most)
    .map((id) => ({ id, probability: Math.exp(logits[id] - largest) / sum }));
}
