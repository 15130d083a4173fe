// Steps to a loss, and texts to it, over the number of texts in a batch, with what the noise scale makes of the steps.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, number, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: B, rate, steps, lowest and highest for each batch, and scale and fewest of the fit
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const names = ["B", "rate", "steps", "lowest", "highest"];
  const [B, rate, steps, lowest, highest] = names.map((name) => numbers(values, name));
  const [scale, fewest] = ["scale", "fewest"].map((name) => number(values, name));
  if (B.length < 2 || [rate, steps, lowest, highest].some((one) => one.length !== B.length)) {
    throw new TypeError("the figure needs rate, steps, lowest and highest for each B");
  }
  const [from, to] = [B[0] / 1.3, B[B.length - 1] * 1.3];
  const curve = Array.from({ length: 61 }, (_, i) => from * (to / from) ** (i / 60));
  const all = B.map((_, i) => i);
  return Plot.plot({
    ariaLabel: "Steps to a loss of 2.6 against the number of texts in a batch",
    width,
    height: Math.min(290, Math.max(260, width * 0.4)),
    ...{ marginTop: 28, marginLeft: 48, marginRight: 20, marginBottom: 44, style: plotStyle },
    x: {
      type: "log",
      base: 2,
      label: "texts in a batch, B →",
      labelOffset: 38,
      ticks: B,
      tickFormat: "d",
    },
    y: {
      type: "log",
      label: "steps",
      grid: true,
      ticks: [100, 200, 500, 1000, 2000, 5000],
      tickFormat: ",d",
    },
    marks: [
      Plot.ruleY([fewest], { stroke: "var(--line-strong)", strokeDasharray: "4 4" }),
      Plot.line(curve, {
        ...{ x: (x: number) => x, y: (x: number) => fewest * (1 + scale / x) },
        ...{ stroke: "var(--forward)", strokeWidth: 2 },
      }),
      Plot.ruleX(all, {
        ...{ x: (i: number) => B[i], y1: (i: number) => lowest[i], y2: (i: number) => highest[i] },
        ...{ stroke: "var(--ink)", strokeWidth: 4, strokeOpacity: 0.3 },
      }),
      Plot.dot(all, {
        x: (i: number) => B[i],
        y: (i: number) => steps[i],
        r: 4,
        fill: "var(--ink)",
      }),
      Plot.text(all, {
        ...{ x: (i: number) => B[i], y: (i: number) => steps[i], dy: -14 },
        ...{ text: (i: number) => String(rate[i]), fill: "var(--parameter, var(--ink-soft))" },
        ...{ stroke: "var(--raised)", strokeWidth: 4 },
      }),
    ],
  });
}
