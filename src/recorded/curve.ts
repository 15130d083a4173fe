// Where things are in the figure of a recorded run, as shares of its width and height: the page is built with it, and the
// element moves by it.

import type { Recording, Stop } from "../training/recording.ts";

export interface Frame {
  /** From the left, of a step. Steps grow with the square of it: a model learns fast at first. */
  x(step: number): number;
  /** From the top, of a loss. */
  y(loss: number): number;
  /** Losses to be read off at the side. */
  levels: number[];
  /** Steps to be read off below. */
  ticks: number[];
}

export function frameOf({ settings, losses, stops, baselines }: Recording): Frame {
  const all = [...losses.map(([, loss]) => loss), ...stops.map(({ loss }) => loss), ...baselines];
  const low = Math.min(...all) - 0.15;
  const high = Math.max(...all) + 0.1;
  const levels = [];
  for (let level = Math.ceil(low); level <= high; level++) levels.push(level);
  const { steps } = settings;
  const x = (step: number) => Math.sqrt(step / steps);
  return { x, y: (loss) => (high - loss) / (high - low), levels, ticks: ticksOf(steps, x) };
}

/** Round steps between the first and the last that are far enough from each other and from both. */
function ticksOf(steps: number, x: (step: number) => number): number[] {
  const ticks = [0];
  const gap = 0.13; // room for a number with a comma
  for (let size = 10; size < steps; size *= 10) {
    for (const step of [size, 2 * size, 5 * size]) {
      const isFree = x(step) - x(ticks.at(-1) ?? 0) >= gap && 1 - x(step) >= gap;
      if (isFree) ticks.push(step);
    }
  }
  return [...ticks, steps];
}

/** How far a recording has come at a place between two stops: 1.5 is half way from the second to the third. */
export function between(stops: readonly Stop[], frame: Frame, place: number) {
  const from = stops[Math.floor(place)];
  const to = stops[Math.ceil(place)];
  const share = place % 1;
  const mix = (a: number, b: number) => a + share * (b - a);
  return {
    x: mix(frame.x(from.step), frame.x(to.step)),
    y: mix(frame.y(from.loss), frame.y(to.loss)),
  };
}

const unit = 1000; // of the drawing, whose sides are stretched to those of its place

/** A line through points, as the `d` of an SVG path. */
export function pathOf(points: readonly (readonly [number, number])[], frame: Frame): string {
  const at = (share: number) => Math.round(unit * share);
  return points.reduce(
    (path, [step, loss], i) =>
      `${path}${i === 0 ? "M" : "L"}${at(frame.x(step))} ${at(frame.y(loss))}`,
    "",
  );
}

export const viewBox = `0 0 ${unit} ${unit}`;
