// How the channels of each token are spread before LayerNorm and after it: two panels of overlaid histograms.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: before and after, both (T, C), with T = 3 tokens
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const panels = { "before LayerNorm": numbers(values, "before"), after: numbers(values, "after") };
  const [before, after] = Object.values(panels);
  if (before.length !== after.length || before.length % tokens.length !== 0) {
    throw new TypeError(
      `the figure needs before and after of the same length, a multiple of ${tokens.length}`,
    );
  }
  const C = before.length / tokens.length;
  const points = Object.entries(panels).flatMap(([panel, row]) =>
    row.map((value, k) => ({ panel, value, token: tokens[Math.floor(k / C)] })),
  );

  const bins = { x: "value", fy: "panel", interval, inset: 0 };
  return Plot.plot({
    ariaLabel: "Histograms of the channels of three tokens, before LayerNorm and after it",
    width,
    height: 400,
    marginLeft: 48,
    marginRight: 20,
    marginBottom: 44,
    style: plotStyle,
    x: { label: "value of a channel →", labelOffset: 38 },
    y: { label: "↑ channels", grid: true, ticks: 4 },
    fy: { label: null, domain: Object.keys(panels), axis: null },
    color: {
      domain: tokens,
      range: ["var(--mark-1)", "var(--mark-3)", "var(--mark-5)"],
    },
    marks: [
      Plot.rectY(
        points,
        Plot.binX<PlotModule.RectYOptions>(
          { y2: "count" },
          { ...bins, fill: "token", fillOpacity: 0.3 },
        ),
      ),
      Plot.lineY(
        points,
        Plot.binX<PlotModule.LineYOptions>(
          { y: "count", filter: null }, // empty bins too: the outline comes from 0 and goes back to it
          { ...bins, stroke: "token", strokeWidth: 1.2, curve: "step" },
        ),
      ),
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      ...tokens.map((token, t) =>
        Plot.text([peakOf(before.slice(t * C, (t + 1) * C))], {
          ...{ fy: () => "before LayerNorm", x: "value", y: "count", text: () => token },
          ...{ fill: () => token, stroke: "var(--raised)", strokeWidth: 4, dy: -4 },
          ...(t === 1 ? { textAnchor: "end", dx: -12 } : { textAnchor: "start", dx: 12 }),
        }),
      ),
      Plot.text(Object.keys(panels), {
        fy: (panel) => panel,
        text: (panel) => panel,
        frameAnchor: "top-right",
        fontWeight: 600,
      }),
    ],
  });
}

const interval = 0.25; // of values that are counted together

/** The place where most values are. */
function peakOf(values: readonly number[]): { value: number; count: number } {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / interval);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const [[bin, count]] = [...counts].toSorted((a, b) => b[1] - a[1]);
  return { value: (bin + 0.5) * interval, count };
}

const tokens = ["token 0", "token 1", "token 2"];
