// The losses of a ladder over the number of weights, the power law through all but the largest, and its floor.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, number, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: N and loss of each model, in rising order of N, and E, A and alpha of the fit
 * @throws TypeError if one of them is missing or N and loss differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [N, loss] = ["N", "loss"].map((name) => numbers(values, name));
  const [E, A, alpha] = ["E", "A", "alpha"].map((name) => number(values, name));
  if (N.length < 2 || loss.length !== N.length) {
    throw new TypeError("the figure needs a loss for each N");
  }
  const fitted = (size: number) => E + A / size ** alpha;
  const [from, to] = [N[0] / 1.6, N[N.length - 1] * 1.6];
  const curve = Array.from({ length: 61 }, (_, i) => from * (to / from) ** (i / 60));
  const all = N.map((_, i) => i);
  const isLast = (i: number) => i === N.length - 1;
  const heights = [...loss, ...curve.map(fitted)];
  return Plot.plot({
    ariaLabel: "Loss against the number of weights, with the fitted power law",
    width,
    height: Math.min(270, Math.max(260, width * 0.4)),
    ...{ marginLeft: 44, marginRight: 20, marginBottom: 44, style: plotStyle },
    x: { type: "log", label: "weights, N →", labelOffset: 38, tickFormat: "~s", ticks: 4 },
    y: {
      ...{ label: "loss", grid: true },
      domain: [Math.min(...heights) - 0.02, Math.max(...heights) + 0.02],
    },
    marks: [
      Plot.line(curve, {
        x: (x: number) => x,
        y: fitted,
        stroke: "var(--forward)",
        strokeWidth: 2,
      }),
      Plot.ruleX(all, {
        ...{ x: (i: number) => N[i], y1: (i: number) => loss[i], y2: (i: number) => fitted(N[i]) },
        ...{ stroke: "var(--ink-soft)", strokeWidth: 2 },
      }),
      Plot.dot(all, {
        ...{ x: (i: number) => N[i], y: (i: number) => loss[i], r: 4.5, strokeWidth: 2 },
        stroke: "var(--ink)",
        fill: (i: number) => (isLast(i) ? "var(--raised)" : "var(--ink)"),
      }),
    ],
  });
}
