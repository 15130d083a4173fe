// The losses of a run with the reader's functions and of one with the site's, in one figure.

import type * as PlotModule from "@observablehq/plot";
import type { Side } from "./run.ts";

export type Losses = Record<Side, number[]>;

/** Ours as a broad pale line, and yours on it: where they agree there is one line. */
export function drawLosses(
  Plot: typeof PlotModule,
  { yours, ours }: Losses,
  width: number,
  height = Math.max(220, Math.min(320, width * 0.45)),
): Element {
  const points = (losses: readonly number[]) => losses.map((loss, i) => ({ step: i + 1, loss }));
  return Plot.plot({
    ariaLabel: "Training loss over the steps, with your functions and with ours",
    width,
    height,
    marginLeft: 44,
    marginRight: 12,
    marginBottom: 40,
    style: { background: "none", fontSize: "13px" },
    x: { label: "step →" },
    y: { label: "↑ loss", grid: true, nice: true },
    color: {
      domain: ["ours", "yours"],
      range: ["var(--mark-6)", "var(--mark-2)"],
      legend: true,
    },
    marks: [
      Plot.lineY(points(ours), {
        x: "step",
        y: "loss",
        stroke: () => "ours",
        strokeWidth: 6,
        strokeOpacity: 0.35,
      }),
      Plot.lineY(points(yours), { x: "step", y: "loss", stroke: () => "yours", strokeWidth: 1.5 }),
    ],
  });
}
