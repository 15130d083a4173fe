// What a machine sends in an all-reduce, against the number of machines: around a ring, and through one machine.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: machines in rising order, and for each of them ring and hub, in gradients
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [machines, ring, hub] = ["machines", "ring", "hub"].map((name) => numbers(values, name));
  if (machines.length < 2 || [ring, hub].some((curve) => curve.length !== machines.length)) {
    throw new TypeError("the figure needs one value of ring and hub for each count of machines");
  }
  const marks = (y: readonly number[], stroke: string) => {
    const points = machines.map((count, i) => [count, y[i]] as const);
    return [
      Plot.line(points, { stroke, strokeWidth: 2.2 }),
      Plot.dot(points, { fill: stroke, r: 3.5 }),
    ];
  };
  const name = (at: [number, number], text: string, fill: string) =>
    Plot.text([at], {
      ...{ ...nameStyle, text: () => text, fill },
    });
  return Plot.plot({
    ariaLabel: "Gradients sent by a machine, against the number of machines: a ring stays below 2",
    width,
    height: Math.min(340, Math.max(260, width * 0.45)),
    ...{ marginLeft: 44, marginRight: 20, marginTop: 28, marginBottom: 44, style: plotStyle },
    x: { label: "machines →", labelOffset: 38, type: "log", base: 2, ticks: machines },
    y: {
      label: "↑ gradients sent",
      grid: true,
      type: "log",
      domain: [0.8, 80],
      ticks: [1, 2, 5, 10, 20, 50],
    },
    marks: [
      Plot.ruleY([2], { stroke: "var(--line-strong)", strokeDasharray: "4 3" }),
      ...marks(hub, "var(--ink-soft)"),
      ...marks(ring, "var(--forward)"),
      name([12, 1.25], "each machine of a ring", "var(--forward)"),
      name([9, 15], "one for all", "var(--ink-soft)"),
    ],
  });
}
