// A run that is written down to be shown: its losses, and what the model wrote on the way. See src/commands/record.ts.

import type { Sampling, Settings } from "./settings.ts";

export interface Recording {
  settings: Settings;
  sampling: Sampling;
  text: { name: string; train: number; validation: number }; // numbers of tokens
  computer: string; // what computed it
  targets: number; // of each validation
  baselines: number[]; // the loss of guessing those targets from counts: of single tokens, of pairs, of triples
  losses: [step: number, loss: number][]; // of training, see `thin`
  stops: Stop[]; // from step 0 to the last
}

/** A moment of the run at which the model was measured, and wrote. */
export interface Stop {
  step: number;
  seconds: number; // of training until then
  loss: number; // on the validation text
  text: string; // what it wrote after the prompt
  ends: number[]; // see Sample
}

/** Losses up to this step are kept as they are, so that anybody's first steps can be compared with them. */
export const keptWhole = 20;

/**
 * The steps to stop at: their square roots are equally far apart, since a model learns fast at first, and ever more slowly.
 *
 * @param most how many, at most: where two fall on the same step, that is one
 */
export function stepsToStop(steps: number, most: number): number[] {
  const all = Array.from({ length: most }, (_, i) => Math.round(steps * (i / (most - 1)) ** 2));
  return [...new Set(all)];
}

/**
 * Training losses as the points of a curve: groups of steps as wide as those between two of `most` stops, each the mean
 * loss at the mean step, rounded.
 *
 * @param losses of step 1, 2, ...
 */
export function thin(losses: readonly number[], most: number): [number, number][] {
  const groups = new Map<number, [steps: number, losses: number, count: number]>();
  losses.forEach((loss, i) => {
    const step = i + 1;
    const key = step <= keptWhole ? -step : Math.floor(most * Math.sqrt(step / losses.length));
    const [steps, sum, count] = groups.get(key) ?? [0, 0, 0];
    groups.set(key, [steps + step, sum + loss, count + 1]);
  });
  return Array.from(groups.values(), ([steps, sum, count]) => [
    Math.round(steps / count),
    rounded(sum / count),
  ]);
}

/** To the fourth decimal: no curve shows more. */
export const rounded = (value: number): number => Number(value.toFixed(4));
