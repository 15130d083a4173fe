// The error of a gradient by finite differences over the step size, once for each precision: two Vs on logarithmic axes.

import type * as PlotModule from "@observablehq/plot";
import { type Exports, numbers, type Space } from "./exports.ts";

const floor = 1e-16; // an error of 0 has no place on a logarithmic axis

/**
 * @param values the run's exports: h, float32, float64, one number each for every step
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const h = numbers(values, "h");
  const series = ["float32", "float64"].map((precision) => {
    const errors = numbers(values, precision);
    if (errors.length !== h.length) {
      throw new TypeError(`the figure needs as many values in ${precision} as in h: ${h.length}`);
    }
    return errors.map((error, k) => ({ precision, h: h[k], error: Math.max(error, floor) }));
  });
  const best = series.map((points) => points.reduce((a, b) => (b.error < a.error ? b : a)));
  const last = series.map((points) => points[points.length - 1]);

  return Plot.plot({
    ariaLabel: "Error of the finite differences over the step size h, for float32 and float64",
    width,
    height: Math.min(420, Math.max(300, width * 0.55)),
    marginLeft: 56,
    marginRight: 64,
    style: { background: "none", fontSize: "13px" },
    x: { type: "log", label: "step size h →", tickFormat: power, ticks: width < 500 ? 4 : 8 },
    y: { type: "log", label: "↑ relative error", tickFormat: power, grid: true },
    color: { domain: ["float32", "float64"], range: ["var(--mark-2)", "var(--mark-1)"] },
    symbol: { domain: ["float32", "float64"] },
    marks: [
      series.map((points) => Plot.line(points, { x: "h", y: "error", stroke: "precision" })),
      Plot.dot(series.flat(), {
        x: "h",
        y: "error",
        stroke: "precision",
        symbol: "precision",
        r: 2.5,
        title: (d) => `${d.precision}\nh = ${digits(d.h)}\nerror = ${digits(d.error)}`,
        tip: true,
      }),
      Plot.dot(best, { x: "h", y: "error", fill: "precision", symbol: "precision", r: 6 }),
      Plot.text(best, {
        x: "h",
        y: "error",
        text: (d) => `best at ${digits(d.h)}`,
        fill: "precision",
        dy: 18,
      }),
      Plot.text(last, {
        x: "h",
        y: "error",
        text: "precision",
        fill: "precision",
        textAnchor: "end",
        dy: -12,
      }),
    ],
  });
}

const digits = (x: number): string => x.toExponential(1);
const power = (x: number): string => `1e${Math.round(Math.log10(x))}`;
