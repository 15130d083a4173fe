// Short runs that differ in nothing but the learning rate, and which of them came out best.

import { integer } from "../../page/numbers.ts";
import { type Settings, SettingsError } from "../../training/settings.ts";
import { type KeptRun, lastValidation } from "./kept.ts";

const count = 5;
const [smallestRate, largestRate] = [1e-8, 1]; // that settings may have
export const largestSweep = 10_000; // steps of each run

/** Rates around one, each `factor` times the one before, in two digits. */
export function ratesAround(rate: number, factor: number): number[] {
  return Array.from({ length: count }, (_, i) => rate * factor ** (i - (count >> 1)))
    .map((each, i) => (i === count >> 1 ? rate : Number(each.toPrecision(2))))
    .filter((each) => each >= smallestRate && each <= largestRate);
}

/**
 * The settings of a short run for each rate. Its warm-up is at most a quarter of it, and nothing ends it early.
 *
 * @throws SettingsError if the number of steps is wrong
 */
export function sweepOf(settings: Settings, rates: readonly number[], steps: number): Settings[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > largestSweep) {
    throw new SettingsError(
      "sweepSteps",
      `the number of steps ${Number.isNaN(steps) ? "is missing" : `is ${steps}`}; choose a whole number from 1 to ${largestSweep}`,
    );
  }
  const { patience: _, ...others } = settings;
  return rates.map((learningRate) => ({
    ...others,
    ...{ learningRate, steps },
    warmup: Math.min(settings.warmup, Math.floor(steps / 4)),
    validateEvery: Math.min(settings.validateEvery, Math.ceil(steps / 4)),
  }));
}

export interface Outcome {
  readonly rate: number;
  readonly loss: number | null; // of the last validation; null: it diverged
  readonly best: boolean;
}

/** How runs came out, in the order of their rates. */
export function outcomesOf(runs: readonly Omit<KeptRun, "name">[]): Outcome[] {
  const told = runs.map((run) => ({
    rate: run.settings.learningRate,
    loss: run.end === "diverged" ? null : (lastValidation(run) ?? null),
  }));
  const least = Math.min(...told.map(({ loss }) => loss ?? Number.POSITIVE_INFINITY));
  return told
    .map((each) => ({ ...each, best: each.loss === least }))
    .toSorted((a, b) => a.rate - b.rate);
}

/** What a sweep teaches, in a sentence or two. */
export function verdictOf(outcomes: readonly Outcome[], steps: number): string {
  const at = outcomes.findIndex((each) => each.best);
  if (at < 0) return "All of them diverged: try lower rates.";
  const further = at === 0 ? "lower" : at === outcomes.length - 1 ? "higher" : "";
  return [
    `After ${integer(steps)} steps the rate ${outcomes[at].rate} has the least validation loss.`,
    ...(further
      ? [`No rate that was tried is ${further}, so a ${further} one may be better still.`]
      : []),
    "In a longer run another rate can come out best.",
  ].join(" ");
}
