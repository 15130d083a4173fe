// A small model that reads one sentence, for the figures of three lessons: its logits and what softmax makes of them, what the
// tokens cost that came, and what may be written on. The course's own model, or the reader's, from a checkpoint.

import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { crossentropyForward } from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import { readModel } from "@llm.ts/kernels/formats/llmc.ts";
import type { Source } from "@llm.ts/kernels/formats/source.ts";
import { cachedReader } from "@llm.ts/kernels/model/cache.ts";
import { readLogits } from "@llm.ts/kernels/model/classifier.ts";
import { shrinkModel, writeTensors } from "@llm.ts/kernels/model/model.ts";
import { generateWith } from "@llm.ts/kernels/model/sample.ts";
import {
  type AnyModel,
  type Config,
  countParameters,
  createModelOf,
} from "@llm.ts/kernels/models.ts";
import type { Floats, Ints } from "@llm.ts/kernels/runtime/check.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import { millions } from "../page/numbers.ts";
import { openParameters } from "../training/parameters.ts";
import type { Progress } from "../training/progress.ts";
import { configOf, modelName } from "../training/settings.ts";
import {
  decodeWith,
  openTokenizerOf,
  type Tokenizer,
  tokenizerOf,
} from "../training/tokenizers.ts";
import { fillParameters } from "../training/weights.ts";
import type { Answer, Question, Share } from "./answer.ts";

export const mostTokens = 24; // of a sentence
export const mostGuesses = 8;
const written = 24; // tokens
const mostParameters = 4_000_000; // tiny and small have fewer: a sentence takes them less than a second

export interface SmallModel {
  readonly model: AnyModel<Floats, Ints>;
  readonly tokenizer: Tokenizer;
}

/** Why a run's model does not read here, in a sentence; null if it does. */
export function whyNot({ settings }: Pick<Progress, "settings">): string | null {
  if (settings.task) {
    return "Your run was trained on problems with known answers, and reads no sentences. Train one on a text to see it here.";
  }
  const parameters = countParameters(configOf(settings));
  if (parameters <= mostParameters) return null;
  return `Your run’s model, ${modelName(settings)}, has ${millions(parameters)} numbers. Here up to ${millions(mostParameters)} are computed, so that a sentence takes no longer than a second: tiny and small have fewer.`;
}

/** @param bytes of the course's model, as llm.c writes one */
export function courseModel(bytes: Uint8Array): SmallModel {
  const { config, parameters } = readModel(bytes);
  const model = modelOf(config);
  writeTensors(model, "parameters", parameters);
  return { model, tokenizer: tokenizerOf(undefined, config.V) };
}

/** The model of a checkpoint. @throws Error with a sentence if it is none, is damaged, or is too large */
export async function runModel(source: Source): Promise<SmallModel> {
  const weights = await openParameters(source);
  const refusal = whyNot(weights.progress);
  if (refusal) throw new Error(refusal);
  const model = modelOf(weights.config);
  await fillParameters(model, weights);
  return { model, tokenizer: await openTokenizerOf(weights.progress.vocabulary, weights.config.V) };
}

function modelOf(config: Config): AnyModel<Floats, Ints> {
  const T = Math.min(config.maxT, mostTokens + written);
  const options = { B: 1, T, training: false, attention: "recomputed" } as const;
  return createModelOf(createCpu(Float32Array), config, options) as AnyModel<Floats, Ints>;
}

/** @throws TextError if the sentence cannot be encoded */
export async function answer(
  { model, tokenizer }: SmallModel,
  { sentence, sampling }: Question,
): Promise<Answer> {
  const { V, Vp } = model.config;
  const spell = (id: number) => decodeWith(tokenizer, [id]).text;
  const all = sentence.trim() === "" ? Uint16Array.of(tokenizer.end) : tokenizer.encode(sentence);
  const ids = Int32Array.from(all.subarray(0, Math.min(mostTokens, model.sizes.T)));
  const n = ids.length;

  const reader = shrinkModel(model, 1, n);
  model.architecture.forward(reader, ids);
  const logits = new Float32Array(n * Vp);
  for (let t = 0; t < n; t++) logits.set(await readLogits(reader, t, 1), t * Vp);
  const probs = new Float32Array(n * Vp);
  softmaxForward(probs, logits, 1, n, V, Vp);

  const targets = new Int32Array(n); // of the last token none is known: its loss is not looked at
  targets.set(ids.subarray(1));
  const losses = new Float32Array(n);
  crossentropyForward(losses, probs, targets, 1, n, Vp);

  const last = logits.subarray((n - 1) * Vp, (n - 1) * Vp + V);
  const own = probs.subarray((n - 1) * Vp, (n - 1) * Vp + V);
  const order = Array.from(last, (_, id) => id).sort((a, b) => last[b] - last[a] || a - b);
  const largest = last[order[0]];
  return {
    V,
    tokens: Array.from(ids, (id) => (tokenizer.ends(id) ? "" : spell(id))),
    cut: n < all.length,
    largest,
    sum: last.reduce((sum, logit) => sum + Math.exp(logit - largest), 0),
    guesses: order.slice(0, mostGuesses).map((id) => ({
      ...{ token: spell(id), logit: last[id], probability: own[id] },
    })),
    came: Array.from(targets.subarray(0, n - 1), (id, t) => ({
      token: spell(id),
      probability: probs[t * Vp + id],
      loss: losses[t],
    })),
    drawn: sampling && {
      ...remain(last, order, sampling, spell),
      ...(await writeOn({ model, tokenizer }, ids, sampling)),
    },
  };
}

/** What temperature and top-p leave of the logits: how many tokens, and the likeliest of them. */
function remain(
  logits: Float32Array,
  order: readonly number[],
  { temperature, topP }: NonNullable<Question["sampling"]>,
  spell: (id: number) => string,
): { kept: number; shares: Share[] } {
  const V = logits.length;
  const probs = new Float32Array(V);
  softmaxForward(
    probs,
    logits.map((logit) => logit / temperature),
    ...([1, 1, V, V] as const),
  );
  let kept = 0;
  let sum = 0;
  while (kept < V && (kept === 0 || sum < topP)) sum += probs[order[kept++]];
  const shares = order.slice(0, mostGuesses).map((id, rank) => ({
    ...{ token: spell(id), before: probs[id], after: rank < kept ? probs[id] / sum : 0 },
  }));
  return { kept, shares };
}

async function writeOn(
  { model, tokenizer }: SmallModel,
  ids: Int32Array,
  { temperature, topP, seed }: NonNullable<Question["sampling"]>,
): Promise<{ text: string }> {
  const { V } = model.config;
  const tokens: number[] = [];
  const random = { seed, counter: 0 };
  for await (const id of generateWith(cachedReader(model), V, ids, { temperature, topP }, random)) {
    if (tokenizer.ends(id)) break;
    tokens.push(id);
    if (tokens.length === written) break;
  }
  return { text: decodeWith(tokenizer, tokens).text };
}
