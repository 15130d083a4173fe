// How many tokens a text has, in the vocabulary of the model, and how often a run reads them.

import { integer } from "../page/numbers.ts";
import type { Settings } from "../training/settings.ts";

export interface TokenCounts {
  readonly train: number;
  readonly validation: number;
}

export function countsSentence(
  name: string,
  { train, validation }: TokenCounts,
  V: number,
): string {
  return `${name}: ${integer(train)} tokens to train on, ${integer(validation)} for validation, in a vocabulary of ${integer(V)}`;
}

/** How often a run reads the tokens that it trains on. */
export function epochsSentence(
  { steps, B, T, accumulation }: Settings,
  { train }: TokenCounts,
): string {
  const read = steps * B * T * accumulation;
  const times = read / train;
  const often = times < 10 ? times.toPrecision(2) : integer(times);
  return `${integer(steps)} steps of ${integer(B * T * accumulation)} tokens read the text ${often === "1.0" ? "once" : `${often} times`}.`;
}
