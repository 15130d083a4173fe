// The losses of three runs as curves.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import {
  type Exports,
  integer,
  numbers,
  type Space,
  strings,
} from "../../../src/figures/exports.ts";

const [marginLeft, marginRight] = [46, 16];
const letterWidth = 6.8; // of a name
const inks = ["var(--forward)", "var(--ink-soft)", "var(--mark-3)"];

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
  // The highest at the end is named above its end. The others may lie on one another: they are named together, below them, or
  // where they run along the bottom, above.
  const of = (name: string) => points.filter((point) => point.name === name);
  const ends = names.map((name) => ({ ...of(name)[of(name).length - 1] }));
  const highest = ends.reduce((a, b) => (b.loss > a.loss ? b : a));
  const part = (letterWidth * highest.name.length + 16) / (width - marginLeft - marginRight);
  const end = of(highest.name).filter(({ step }) => step > steps * (1 - part)); // above which its name is
  const top = Math.max(...end.map(({ loss }) => loss));
  const lowest = names.filter((name) => name !== highest.name);
  const all = points.map(({ loss }) => loss);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const between = (from: number, to: number) =>
    lowest
      .flatMap(of)
      .filter(({ step }) => step >= from * steps && step <= to * steps)
      .map(({ loss }) => loss);
  const below = Math.min(...between(0.55, 0.65));
  const above = Math.max(...between(0.35, 0.9));
  const place =
    below < least + 0.2 * (most - least)
      ? { step: 0.8 * steps, loss: above, dy: -34 }
      : { step: 0.6 * steps, loss: below, dy: width < 500 ? 36 : 18 };
  const named = (name: string, x: number, y: number, dy: number) =>
    Plot.text([name], {
      ...{ x: [x], y: [y], dy, textAnchor: "end", fill: inks[names.indexOf(name)] },
      ...nameStyle,
    });
  return Plot.plot({
    ariaLabel: `The losses of three runs against the step: ${names.join(", ")}`,
    width,
    height: 310,
    ...{ marginLeft, marginRight, marginBottom: 44, style: plotStyle },
    x: { label: "step →", labelOffset: 38, domain: [0, steps], ticks: 6 },
    y: { label: "loss", grid: true, ticks: 5, zero: false },
    marks: [
      ...names.map((name, k) =>
        Plot.line(of(name), {
          ...{ x: "step", y: "loss", stroke: inks[k], strokeWidth: 2.2 },
          strokeDasharray: k === 1 ? "5 4" : undefined,
        }),
      ),
      named(highest.name, highest.step, top, -14),
      ...lowest.map((name, k) => named(name, place.step, place.loss, place.dy + 18 * k)),
    ],
  });
}
