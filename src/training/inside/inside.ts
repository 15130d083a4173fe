// A look into the model that is training: what it makes of a sentence, and where its tokens are. Only activations are written,
// as in drawing a sample.

import type { AnyModel } from "@llm.ts/kernels/models.ts";
import { type Attending, type AttentionMaps, attentionMaps } from "./attention.ts";
import type { createEmbeddings, Embeddings } from "./embeddings.ts";
import { type Lens, logitLens } from "./lens.ts";

/** What is to be looked at. */
export interface Question {
  sentence: string; // empty: the beginning of a text
  position: number | null; // the token after which is guessed; null: the last
  attention: boolean;
  lens: boolean;
  embeddings: boolean;
}

export interface Inside {
  step: number; // after which it was looked
  tokens: string[]; // of the sentence
  cut: boolean; // whether it has more
  attention: AttentionMaps | null;
  lens: Lens | null;
  embeddings: Embeddings | null;
}

export const mostTokens = 32; // of a sentence: more could not be told apart on the page
const mostGuesses = 10;

/**
 * @param reader the model for one text
 * @param ids of the sentence
 * @param spell the text of a token
 */
export async function lookInside<Tensor, Ids>(
  reader: AnyModel<Tensor, Ids>,
  ids: ArrayLike<number>,
  spell: (id: number) => string,
  embeddings: ReturnType<typeof createEmbeddings>,
  question: Question,
): Promise<Omit<Inside, "step">> {
  const { T } = reader.sizes;
  const n = Math.min(ids.length, T, mostTokens);
  const tokens = Array.from({ length: n }, (_, t) => ids[t]);
  const inputs = new Int32Array(T); // what comes after the sentence does not matter: no token reads later ones
  inputs.set(tokens);
  const readUpTo = readerOf(reader, inputs);
  if (question.attention || question.lens) readUpTo(reader.config.L);
  const position = Math.max(0, Math.min(question.position ?? n - 1, n - 1));
  return {
    tokens: tokens.map(spell),
    cut: n < ids.length,
    attention: question.attention
      ? await attentionMaps(reader as unknown as Attending<Tensor, Ids>, n, readUpTo)
      : null,
    lens: question.lens ? await logitLens(reader, position, mostGuesses, spell, readUpTo) : null,
    embeddings: question.embeddings ? await embeddings(reader, spell) : null,
  };
}

/** Has the model read a text, so far that the activations of the first `layers` layers are in its memory: of the last of these at least. */
export type ReadUpTo = (layers: number) => void;

/**
 * Where each layer has activations of its own, all are there once the text has been read. Where layers share them, those of one
 * layer are there if the model ends after it: it reads the text once for each.
 */
function readerOf<Tensor, Ids>(model: AnyModel<Tensor, Ids>, inputs: Int32Array): ReadUpTo {
  const { architecture, config, sizes } = model;
  const shared = sizes.activations !== "float32";
  let read = -1;
  return (layers) => {
    if (read === layers || (read === config.L && !shared)) return;
    architecture.forward({ ...model, config: { ...config, L: layers } }, inputs);
    read = layers;
  };
}
