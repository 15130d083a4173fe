// The losses of three runs as curves.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import {
  type Exports,
  integer,
  numbers,
  type Space,
  strings,
} from "../../../src/figures/exports.ts";

const inks = ["var(--forward)", "var(--ink-soft)", "var(--backward)"];

/**
 * @param values the run's exports: names of three runs, steps of each, and losses, those of the first run first
 * @throws TypeError if one of them is missing, or losses are not as many
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const names = strings(values, "names");
  const steps = integer(values, "steps", 2, 1e5);
  const losses = numbers(values, "losses");
  if (names.length !== inks.length || losses.length !== names.length * steps) {
    throw new TypeError("the figure needs losses of every step, for each of three names");
  }
  // A mean over a few steps: each batch is another text.
  const over = Math.max(1, Math.round(steps / 40));
  const points = names.flatMap((name, k) =>
    Array.from({ length: Math.floor(steps / over) }, (_, i) => {
      const from = k * steps + i * over;
      const mean = losses.slice(from, from + over).reduce((a, b) => a + b) / over;
      return { name, step: (i + 0.5) * over, loss: mean };
    }),
  );
  return Plot.plot({
    ariaLabel: `The losses of three runs against the step: ${names.join(", ")}`,
    width,
    height: 280,
    ...{ marginLeft: 46, marginRight: 16, marginBottom: 44, style: plotStyle },
    x: { label: "step →", labelOffset: 38, domain: [0, steps], ticks: 6 },
    y: { label: "loss", grid: true, ticks: 5, zero: false },
    color: { domain: names, range: inks, legend: true },
    marks: [
      ...names.map((name, k) =>
        Plot.line(
          points.filter((point) => point.name === name),
          {
            ...{ x: "step", y: "loss", stroke: inks[k], strokeWidth: 2.2 },
            strokeDasharray: k === 1 ? "5 4" : undefined,
          },
        ),
      ),
    ],
  });
}
