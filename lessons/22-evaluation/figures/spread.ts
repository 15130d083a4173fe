// How far a mean over so many neighbouring targets strays, and the line that it would follow if they were independent.

import type * as PlotModule from "@observablehq/plot";
import { nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: targets in rising order, and for each number of them measured and independent
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [targets, measured, independent] = ["targets", "measured", "independent"].map((name) =>
    numbers(values, name),
  );
  if (targets.length < 2 || [measured, independent].some((y) => y.length !== targets.length)) {
    throw new TypeError("the figure needs one measured and one independent for each of targets");
  }
  const points = (y: readonly number[]) => targets.map((n, i) => [n, y[i]] as [number, number]);
  const at = Math.floor(0.6 * targets.length);
  const name = (
    y: readonly number[],
    text: string,
    fill: string,
    anchor: "start" | "end",
    dy: number,
  ) =>
    Plot.text([[targets[at], y[at]] as [number, number]], {
      ...{ ...nameStyle, text: () => text, fill },
      ...{ textAnchor: anchor, dx: anchor === "end" ? -10 : 10, dy },
    });
  return Plot.plot({
    ariaLabel: "Spread of means over 1 to 512 neighbouring targets, measured and as if independent",
    width,
    height: Math.min(320, Math.max(260, width * 0.5)),
    ...{ marginLeft: 48, marginRight: 16, marginBottom: 44, style: plotStyle },
    x: {
      ...{ type: "log", base: 2, label: "targets in a block →", labelOffset: 38 },
      ...{ ticks: targets.filter((_, i) => i % (width < 500 ? 3 : 1) === 0), tickFormat: "d" },
    },
    y: {
      type: "log",
      label: "↑ spread of the blocks' means, nats",
      grid: true,
      ticks: 5,
      tickFormat: ".2~f",
    },
    marks: [
      Plot.line(points(independent), { stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
      Plot.line(points(measured), { stroke: "var(--forward)", strokeWidth: 2 }),
      Plot.dot(points(measured), { fill: "var(--forward)", r: 3.5 }),
      name(measured, "measured", "var(--forward)", "start", -10),
      name(independent, "if independent", "var(--ink-soft)", "end", 12),
    ],
  });
}
