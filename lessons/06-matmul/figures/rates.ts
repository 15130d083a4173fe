// GFLOP/s of several ways to compute the same: a bar for each.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: names, and rates in GFLOP/s, one for each
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const rates = numbers(values, "rates");
  const { names } = values;
  if (!Array.isArray(names) || names.length !== rates.length) {
    throw new TypeError("the figure needs `export const names`, one for each of the rates");
  }
  const bars = rates.map((rate, k) => ({ name: String(names[k]), rate }));
  return Plot.plot({
    ariaLabel: "GFLOP/s, a bar for each way",
    width,
    height: 60 + 34 * bars.length,
    marginLeft: 92,
    marginRight: 52,
    marginBottom: 42,
    style: plotStyle,
    x: { label: "GFLOP/s →", labelOffset: 36, grid: true, ticks: Math.min(8, width / 70) },
    y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(bars, { x: "rate", y: "name", fill: "var(--mark-1)" }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
      Plot.text(bars, {
        x: "rate",
        y: "name",
        text: ({ rate }: { rate: number }) => rate.toFixed(2),
        textAnchor: "start",
        dx: 6,
      }),
    ],
  });
}
