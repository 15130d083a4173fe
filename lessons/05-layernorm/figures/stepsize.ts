// The error of a gradient by finite differences over the step size, once for each precision: two Vs on logarithmic axes.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const least = 1e-16; // drawn for an error of 0, which has no place on a logarithmic axis

interface Point {
  series: string;
  h: number;
  error: number;
}

/**
 * @param values the run's exports: h, float32, float64, one number each for every step
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const h = numbers(values, "h");
  const all = ["float32", "float64"].map((precision) => {
    const errors = numbers(values, precision);
    if (errors.length === 0 || errors.length !== h.length) {
      throw new TypeError(`the figure needs one value of ${precision} for each h`);
    }
    const best = h[errors.indexOf(Math.min(...errors))];
    const series = `${precision}, best at h = ${digits(best)}`;
    return errors.map((error, k): Point => ({ series, h: h[k], error: Math.max(error, least) }));
  });
  const lowest = all.map((points) => points.reduce((a, b) => (b.error < a.error ? b : a)));

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
    y: { type: "log", label: "↑ relative error", tickFormat: power, grid: true, nice: true },
    color: {
      domain: lowest.map(({ series }) => series),
      range: ["var(--mark-2)", "var(--mark-1)"],
      legend: true,
    },
    marks: [
      Plot.line(all.flat(), { x: "h", y: "error", stroke: "series" }),
      Plot.dot(all.flat(), { x: "h", y: "error", fill: "series", r: 2, title: describe }),
      Plot.dot(lowest, { x: "h", y: "error", fill: "series", r: 5.5, title: describe }),
    ],
  });
}

const describe = ({ h, error }: Point): string => `h = ${digits(h)}, error = ${digits(error)}`;
const digits = (x: number): string => x.toExponential(1);
const power = (x: number): string => `1e${Math.round(Math.log10(x))}`;
