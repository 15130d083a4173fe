// silu, its slope and GELU as curves.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: x in rising order, and for each of them silu, slope and gelu
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [x, silu, slope, gelu] = ["x", "silu", "slope", "gelu"].map((name) =>
    numbers(values, name),
  );
  if (x.length < 2 || [silu, slope, gelu].some((curve) => curve.length !== x.length)) {
    throw new TypeError("the figure needs one value of silu, slope and gelu for each x");
  }
  const curve = (y: readonly number[], stroke: string, strokeWidth: number) =>
    Plot.line(
      x.map((value, i) => [value, y[i]] as const),
      { stroke, strokeWidth, clip: true },
    );
  const name = (at: [number, number], text: string, fill: string) =>
    Plot.text([at], {
      ...{ ...nameStyle, text: () => text, fill },
    });
  return Plot.plot({
    ariaLabel: "silu, its slope, and GELU, from -6 to 4",
    width,
    height: Math.min(400, Math.max(300, width * 0.55)),
    ...{ marginLeft: 40, marginRight: 16, marginBottom: 44, style: plotStyle },
    x: { label: "gate →", labelOffset: 38, domain: [x[0], x[x.length - 1]] },
    y: { label: null, grid: true, domain: [-0.5, 3], ticks: 7 },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
      curve(gelu, "var(--ink-soft)", 1.6),
      curve(slope, "var(--backward)", 1.6),
      curve(silu, "var(--forward)", 2.4),
      name([2.9, 2.2], "silu", "var(--forward)"),
      name([-1.4, 0.45], "its slope", "var(--backward)"),
      name([1.2, 1.75], "GELU", "var(--ink-soft)"),
    ],
  });
}
