// The numbers of a run as the page shows them.

import { duration, integer } from "../page/numbers.ts";
import type { History } from "../training/history.ts";
import type { Settings } from "../training/settings.ts";

/** In the bar, by name. */
export const mainNumbers = [
  ["step", "Step"],
  ["loss", "Loss"],
  ["speed", "Tokens/s"],
  ["left", "Time left"],
] as const;

/** Below the figures. */
export const otherNumbers = [
  ["validation", "Validation loss"],
  ["took", "Time for a step"],
  ["elapsed", "Time in training"],
  ["norm", "Length of the gradient"],
  ["saved", "Last checkpoint"],
  ["memory", "Memory of the GPU"],
] as const;

type Name = (typeof mainNumbers)[number][0] | (typeof otherNumbers)[number][0];

const recentSteps = 10; // over which the speed is measured

/** What follows from the history, in words. `tokens` are those of a step. */
export function numbersOf(
  { losses, validations }: History,
  { steps }: Settings,
  tokens: number,
): Record<Exclude<Name, "elapsed" | "saved" | "memory">, string> {
  const last = losses.at(-1);
  const recent = losses.slice(-recentSteps);
  const took = recent.map(({ seconds }) => seconds).sort((a, b) => a - b)[recent.length >> 1]; // the median
  return {
    step: `${integer(last?.step ?? 0)} of ${integer(steps)}`,
    loss: last ? last.loss.toFixed(4) : "…",
    validation: validations.at(-1)?.loss.toFixed(4) ?? "…",
    norm: last ? last.norm.toFixed(3) : "…",
    speed: last ? integer(tokens / took) : "…",
    took: last ? duration(took) : "…",
    left: last ? timeLeft(took * (steps - last.step), last.step >= steps) : "…",
  };
}

function timeLeft(seconds: number, over: boolean): string {
  if (over) return "none";
  return seconds < 1 ? "under 1 s" : duration(seconds);
}

/** After the first step, and again after some: how long all will take, as far as these can tell. "" after any other. */
export function forecast(took: readonly number[], all: number): string {
  const known = took.length;
  if (known !== 1 && known !== 20) return "";
  const seconds = took.reduce((sum, one) => sum + one, 0);
  const what = known === 1 ? "One step" : `${known} steps`;
  return `${what} took ${duration(seconds)}, so all ${integer(all)} will take about ${duration((seconds / known) * all)}.`;
}
