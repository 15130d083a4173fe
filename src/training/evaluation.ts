// How good a model is, in numbers that can be compared: what a text surprises it by, and which of several endings it prefers.

import type { Batch } from "@llm.ts/kernels/model/batch.ts";
import { tokenLosses } from "@llm.ts/kernels/model/train.ts";
import type { AnyModel } from "@llm.ts/kernels/models.ts";

/** A window of T tokens that is read, and which of its targets count: those that no window before it had. */
export interface Window {
  readonly start: number; // of its first token in the text
  readonly from: number; // of its targets, 0 to T - 1
  readonly to: number; // up to, not including
}

/**
 * Windows that count each target once. From one to the next they move on by `stride`: where that is T, each begins without
 * any context, and where it is less, all but the first have T - stride tokens of it before the first target that counts.
 *
 * @param targets of the text: its tokens but the first
 * @param stride from 1 to T
 */
export function windowsOf(targets: number, T: number, stride: number): Window[] {
  if (!Number.isInteger(stride) || stride < 1 || stride > T) {
    throw new RangeError(`windowsOf: stride is ${stride}, expected an integer from 1 to T = ${T}`);
  }
  const windows: Window[] = [];
  for (let done = 0, start = 0; done < targets; start += stride) {
    const end = Math.min(start + T, targets);
    windows.push({ start, from: done - start, to: end - start });
    done = end;
  }
  return windows;
}

/**
 * What each token of a text but the first surprises a model by, in nats.
 *
 * @param ids the text's tokens, two or more
 */
export async function surprises<Tensor, Ids>(
  model: AnyModel<Tensor, Ids>,
  ids: ArrayLike<number>,
  stride: number,
  onProgress: (done: number) => void = () => {},
): Promise<Float64Array> {
  const { B, T } = model.sizes;
  const targets = ids.length - 1;
  if (targets < 1) throw new RangeError(`surprises: ids has ${ids.length} tokens, expected 2`);
  const windows = windowsOf(targets, T, stride);
  const losses = new Float64Array(targets);
  for (let first = 0; first < windows.length; first += B) {
    const batch = windows.slice(first, first + B);
    const rows = batch.map(({ start }) => Array.from({ length: T + 1 }, (_, t) => ids[start + t]));
    const found = await lossesOf(model, rows);
    for (const [b, { start, from, to }] of batch.entries()) {
      for (let t = from; t < to; t++) losses[start + t] = found[b * T + t];
    }
    onProgress((first + batch.length) / windows.length);
  }
  return losses;
}

/** The losses of up to B rows of T + 1 tokens. What a row lacks at its end is filled: no token reads later ones. */
async function lossesOf<Tensor, Ids>(
  model: AnyModel<Tensor, Ids>,
  rows: readonly ArrayLike<number>[],
): Promise<ArrayLike<number>> {
  const { B, T } = model.sizes;
  const batch: Batch = { inputs: new Int32Array(B * T), targets: new Int32Array(B * T) };
  for (const [b, row] of rows.entries()) {
    for (let t = 0; t < T; t++) {
      batch.inputs[b * T + t] = row[t] ?? 0;
      batch.targets[b * T + t] = row[t + 1] ?? 0;
    }
  }
  return tokenLosses(model, batch);
}

/** A measured mean, and how far it may be from that of all text of the kind. */
export interface Mean {
  readonly mean: number;
  /** If what is measured at one token told nothing of the next. */
  readonly independent: number;
  /** From means of blocks of neighbours; NaN where there are fewer than two blocks. */
  readonly error: number;
}

/**
 * The mean and its standard errors.
 *
 * @param block how many neighbours are taken together, at least
 */
export function meanOf(losses: ArrayLike<number>, block: number): Mean {
  const n = losses.length;
  const all = spread(Array.from(losses));
  const count = Math.floor(n / block);
  const border = (k: number) => Math.round((k * n) / count);
  const means = Array.from({ length: count }, (_, k) => {
    const part = Array.prototype.slice.call(losses, border(k), border(k + 1)) as number[];
    return spread(part).mean;
  });
  return {
    mean: all.mean,
    independent: all.deviation / Math.sqrt(n),
    error: count < 2 ? Number.NaN : spread(means).deviation / Math.sqrt(count),
  };
}

/** The mean, and the standard deviation as it is estimated from so many values; NaN from one. */
export function spread(values: readonly number[]): { mean: number; deviation: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)) };
}

/** Bits for a byte of text: what all of its tokens surprise by, over what they spell. */
export function bitsPerByte(losses: ArrayLike<number>, bytes: number): number {
  let nats = 0;
  for (let i = 0; i < losses.length; i++) nats += losses[i];
  return nats / Math.LN2 / bytes;
}

/** A text in tokens that ends in one of several ways. */
export interface Choice {
  readonly endings: readonly Ending[];
  readonly label: number; // which is right
}

export interface Ending {
  readonly ids: ArrayLike<number>; // of context and ending
  readonly from: number; // the first token that is the ending's, 1 or more
}

/** Log-probabilities of an ending's tokens, in nats. */
export interface Score {
  readonly sum: number;
  readonly mean: number;
}

/** What a model gives each ending of each choice. A row has to fit into T + 1 tokens. */
export async function scoreChoices<Tensor, Ids>(
  model: AnyModel<Tensor, Ids>,
  choices: readonly Choice[],
): Promise<Score[][]> {
  const { B, T } = model.sizes;
  const all = choices.flatMap(({ endings }) => endings);
  const scores: Score[] = [];
  for (let first = 0; first < all.length; first += B) {
    const batch = all.slice(first, first + B);
    const found = await lossesOf(
      model,
      batch.map(({ ids }) => ids),
    );
    for (const [b, { ids, from }] of batch.entries()) {
      let sum = 0;
      // The loss at t is about token t + 1.
      for (let t = from; t < ids.length; t++) sum -= found[b * T + t - 1];
      scores.push({ sum, mean: sum / (ids.length - from) });
    }
  }
  return choices.map(({ endings }) => scores.splice(0, endings.length));
}

/** How many of the choices a model has right, if it takes the ending with the highest score. */
export function rightOf(
  choices: readonly Choice[],
  scores: readonly (readonly Score[])[],
  by: keyof Score,
): number {
  return choices.filter(({ label }, i) => {
    const values = scores[i].map((score) => score[by]);
    return values.indexOf(Math.max(...values)) === label;
  }).length;
}

/** The standard error of a share: each answer is right or wrong. */
export const shareError = (right: number, asked: number): number =>
  Math.sqrt(((right / asked) * (1 - right / asked)) / asked);
