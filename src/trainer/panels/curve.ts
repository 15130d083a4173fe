// The loss curve as numbers: smoothed, thinned out, and read off at a step.

import { changeSentence } from "../../training/changes.ts";
import type { History, ValidationRow } from "../../training/history.ts";
import type { Loss } from "../runs/kept.ts";

/** The first and the last of the steps that are drawn. */
export type Range = readonly [from: number, to: number];

export interface Point {
  readonly step: number;
  readonly loss: number;
  readonly smooth: number;
}

/** Each value as the mean of it and of those before it, `window` of them at most. */
export function smooth(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value;
    if (i >= window) sum -= values[i - window];
    return sum / Math.min(i + 1, window);
  });
}

/**
 * The training losses as points to be drawn.
 *
 * @param range those of these steps; without it all. What is smoothed reaches back to those before
 * @param most more are put together in groups of equal numbers of steps: the mean loss, at the mean step, and the smoothed
 *   loss of the last of them
 */
export function pointsOf(
  losses: readonly Loss[],
  window: number,
  most: number,
  range: Range = [0, Number.POSITIVE_INFINITY],
): Point[] {
  const means = smooth(
    losses.map(({ loss }) => loss),
    window,
  );
  const rows = losses.map((row, i) => ({ ...row, smooth: means[i] })).filter(isIn(range));
  const size = Math.max(1, Math.ceil(rows.length / most));
  const points: Point[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const group = rows.slice(start, start + size);
    const mean = (value: (row: Loss) => number) =>
      group.reduce((sum, row) => sum + value(row), 0) / group.length;
    points.push({
      step: mean(({ step }) => step),
      loss: mean(({ loss }) => loss),
      smooth: group[group.length - 1].smooth,
    });
  }
  return points;
}

/** Whether a row is of a step that is drawn. */
export const isIn =
  ([from, to]: Range) =>
  ({ step }: { readonly step: number }): boolean =>
    step >= from && step <= to;

/** Where the run was changed, one mark a step, and how. */
export function marksOf({ changes = [] }: History): { step: number; label: string }[] {
  const labels = new Map<number, string[]>();
  for (const change of changes) {
    labels.set(change.step, [...(labels.get(change.step) ?? []), changeSentence(change)]);
  }
  return Array.from(labels, ([step, all]) => ({ step, label: all.join(", ") }));
}

/** What is known of a step, in words. */
export function readOff(
  { losses, validations, changes }: History,
  step: number,
  window: number,
): string {
  const at = losses.findIndex((row) => row.step === step);
  const parts: string[] = [];
  if (at >= 0) {
    parts.push(`training loss ${losses[at].loss.toFixed(4)}`);
    const recent = losses.slice(Math.max(0, at + 1 - window), at + 1);
    if (recent.length > 1) {
      const mean = recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
      parts.push(`mean of the last ${recent.length} steps ${mean.toFixed(4)}`);
    }
  }
  const validation = validations.findLast((row) => row.step <= step);
  if (validation) {
    const when = validation.step === step ? "" : ` (step ${validation.step})`;
    parts.push(`validation loss ${validation.loss.toFixed(4)}${when}`);
  }
  const changed = marksOf({ losses, validations, changes }).find((mark) => mark.step === step - 1);
  if (changed) parts.push(`the first with ${changed.label}`);
  return parts.length > 0 ? `Step ${step}: ${parts.join(", ")}.` : `Step ${step}.`;
}

/** What is known of a step of another run: the mean loss of the steps before it; "" if it ended earlier. */
export function readOther(
  run: {
    name: string;
    every: number;
    losses: readonly Loss[];
    validations: readonly ValidationRow[];
  },
  step: number,
  window: number,
): string {
  const at = run.losses.findIndex((row) => row.step >= step);
  if (at < 0) return "";
  const rows = Math.max(1, Math.round(window / run.every));
  const recent = run.losses.slice(Math.max(0, at + 1 - rows), at + 1);
  const mean = recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
  const validation = run.validations.findLast((row) => row.step <= step);
  const measured = validation ? `, validation ${validation.loss.toFixed(2)}` : "";
  return `${run.name}: training ${mean.toFixed(2)}${measured}.`;
}
