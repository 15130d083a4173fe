// The picture in which a reader draws a curve: where things are in it, and how close two curves come.

import type { Judged } from "./numbers.ts";

export interface PlotAxis {
  label: string;
  from: number;
  to: number;
  /** Values with a mark and a number. */
  ticks: readonly number[];
  /** Of an arrow key. Only the axis that grows upwards has one. */
  step?: number;
}

/** What the page is told of a plot. */
export interface Plot {
  x: PlotAxis;
  y: PlotAxis;
  /** The true curve, at places evenly spaced along x. */
  truth: readonly number[];
}

export const width = 420; // units of the drawing; its letters have 14 of them
export const height = 272;
const left = 48;
const right = 14;
const top = 36; // the name of y is above
const bottom = 42;
export const frame = { left, top, right: width - right, bottom: height - bottom };

/** How many points a reader moves. */
export const points = 9;

const share = (value: number, { from, to }: PlotAxis): number => (value - from) / (to - from);

export const across = (x: number, axis: PlotAxis): number =>
  frame.left + share(x, axis) * (frame.right - frame.left);

export const up = (y: number, axis: PlotAxis): number =>
  frame.bottom - share(y, axis) * (frame.bottom - frame.top);

/** The value at a height of the drawing, within the axis. */
export function valueAt(place: number, { from, to }: PlotAxis): number {
  const part = (frame.bottom - place) / (frame.bottom - frame.top);
  return from + Math.min(1, Math.max(0, part)) * (to - from);
}

/** The i-th of n places evenly spaced along an axis. */
export const spaced = (i: number, n: number, { from, to }: PlotAxis): number =>
  from + (i * (to - from)) / (n - 1);

/** A path through values at places evenly spaced along x. */
export function path(values: readonly number[], { x, y }: Pick<Plot, "x" | "y">): string {
  return values
    .map((value, i) => {
      const [px, py] = [across(spaced(i, values.length, x), x), up(value, y)];
      return `${i ? "L" : "M"}${px.toFixed(1)},${py.toFixed(1)}`;
    })
    .join("");
}

/** The value of a curve through evenly spaced points, at a share of the way along it. */
function between(values: readonly number[], share: number): number {
  const at = share * (values.length - 1);
  const i = Math.min(values.length - 2, Math.floor(at));
  return values[i] + (at - i) * (values[i + 1] - values[i]);
}

/** Guessed values against the truth: the mean distance, and the largest one and where it is. */
export function distance(
  guess: readonly number[],
  { x, truth }: Plot,
): { mean: number; most: number; at: number } {
  const off = truth.map((value, i) => Math.abs(between(guess, i / (truth.length - 1)) - value));
  const most = Math.max(...off);
  return {
    mean: off.reduce((a, b) => a + b, 0) / off.length,
    most,
    at: spaced(off.indexOf(most), truth.length, x),
  };
}

const short = (value: number): string => String(Number(value.toPrecision(2))).replace("-", "−");

/** How close a guess came, in a sentence. */
export function judgeCurve(guess: readonly number[], plot: Plot): Judged {
  const { mean, most, at } = distance(guess, plot);
  const range = Math.max(...plot.truth) - Math.min(...plot.truth);
  const held = mean < 0.05 * range ? "near" : "far";
  const praise = held === "near" ? "Very close. " : "";
  const says = `${praise}Yours is the dashed line: on average ${short(mean)} away from the true one, and at most ${short(most)} (${plot.x.label} = ${short(at)}).`;
  return { says, held, because: held === "far" ? [0] : [] };
}
