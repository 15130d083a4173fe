// The error of a gradient by finite differences over the step size, once for each precision: two Vs on logarithmic axes.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const least = 1e-16; // drawn for an error of 0, which has no place on a logarithmic axis

const inks = { float32: "var(--mark-4)", float64: "var(--forward)" };
type Precision = keyof typeof inks;
const letterWidth = 6.8; // of a name

interface Point {
  precision: Precision;
  h: number;
  error: number;
}

/**
 * @param values the run's exports: h, float32, float64, one number each for every step
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const h = numbers(values, "h");
  const all = (Object.keys(inks) as Precision[]).map((precision) => {
    const errors = numbers(values, precision);
    if (errors.length === 0 || errors.length !== h.length) {
      throw new TypeError(`the figure needs one value of ${precision} for each h`);
    }
    return errors.map((error, k): Point => ({ precision, h: h[k], error: Math.max(error, least) }));
  });
  const lowest = all.map((points) => points.reduce((a, b) => (b.error < a.error ? b : a)));

  // The line that comes lower is named below its lowest point, where nothing is; the other above its right end, as both are one
  // there.
  const between = width < 500 ? "\n" : " ";
  const name = ({ precision, h }: Point) => `${precision}, best${between}at h = ${digits(h)}`;
  const [lower, higher] = lowest.toSorted((a, b) => a.error - b.error);
  const [first, last] = [Math.min(...h), Math.max(...h)].map(Math.log);
  const at = (h: number) => (Math.log(h) - first) / (last - first);
  const nameWidth =
    letterWidth *
    Math.max(
      ...name(higher)
        .split("\n")
        .map(({ length }) => length),
    );
  const under = all.flat().filter(({ h }) => (1 - at(h)) * (width - 80) < nameWidth);
  const top = Math.max(...under.map(({ error }) => error));
  const errors = all.flat().map(({ error }) => error);

  return Plot.plot({
    ariaLabel: "Error of the finite differences over the step size h, for float32 and float64",
    width,
    height: Math.min(420, Math.max(300, width * 0.55)),
    marginLeft: 56,
    marginRight: 24,
    marginBottom: 46,
    style: plotStyle,
    x: {
      type: "log",
      label: "step size h →",
      labelOffset: 40,
      tickFormat: power,
      ticks: width < 500 ? 4 : 8,
    },
    y: {
      type: "log",
      label: "↑ relative error",
      tickFormat: power,
      grid: true,
      domain: [Math.min(...errors) / (width < 500 ? 300 : 30), 3 * Math.max(...errors)],
    },
    marks: [
      Plot.line(all.flat(), { x: "h", y: "error", z: "precision", stroke: ink }),
      Plot.dot(all.flat(), { x: "h", y: "error", fill: ink, r: 2, title: describe }),
      Plot.dot(lowest, { x: "h", y: "error", fill: ink, r: 5.5, title: describe }),
      Plot.text([lower], {
        ...{ x: "h", y: "error", text: name, fill: ink, dy: 10, ...nameStyle },
        lineAnchor: "top",
        textAnchor: at(lower.h) < 0.25 ? "start" : at(lower.h) > 0.75 ? "end" : "middle",
      }),
      Plot.text([higher], {
        ...{ x: Math.max(...h), y: top, text: name, fill: ink, dy: -12, ...nameStyle },
        lineAnchor: "bottom",
        textAnchor: "end",
      }),
    ],
  });
}

const ink = { value: ({ precision }: Point) => inks[precision], scale: null };
const describe = ({ h, error }: Point): string => `h = ${digits(h)}, error = ${digits(error)}`;
const digits = (x: number): string => x.toExponential(1);
const power = (x: number): string => `1e${Math.round(Math.log10(x))}`;
