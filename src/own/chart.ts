// The losses of a run with the reader's functions and of one with the site's, in one figure.

import type * as PlotModule from "@observablehq/plot";
import type { Side } from "./run.ts";

export type Losses = Record<Side, number[]>;

const sides: Side[] = ["ours", "yours"];
const inks = { ours: "var(--mark-6)", yours: "var(--mark-1)" };

/** Ours as a broad pale line, and yours on it: where they agree there is one line. */
export function drawLosses(
  Plot: typeof PlotModule,
  { yours, ours }: Losses,
  width: number,
  height = Math.max(220, Math.min(320, width * 0.45)),
): Element {
  const points = (losses: readonly number[]) => losses.map((loss, i) => ({ step: i + 1, loss }));
  // Each is named at its end, the higher one above the other: the ends are one place where they agree.
  const ends = sides
    .flatMap((side) =>
      points({ yours, ours }[side])
        .slice(-1)
        .map((end) => ({ side, ...end })),
    )
    .sort((a, b) => b.loss - a.loss);
  return Plot.plot({
    ariaLabel: "Training loss over the steps, with your functions and with ours",
    width,
    height,
    marginLeft: 44,
    marginRight: 44,
    marginBottom: 40,
    style: { background: "none", fontSize: "13px" },
    x: { label: "step →" },
    y: { label: "↑ loss", grid: true, nice: true },
    marks: [
      Plot.lineY(points(ours), {
        x: "step",
        y: "loss",
        stroke: inks.ours,
        strokeWidth: 6,
        strokeOpacity: 0.35,
      }),
      Plot.lineY(points(yours), { x: "step", y: "loss", stroke: inks.yours, strokeWidth: 1.5 }),
      ...ends.map(({ side, ...end }, k) =>
        Plot.text([end], {
          ...{ x: "step", y: "loss", text: () => side, fill: inks[side], textAnchor: "start" },
          ...{ dx: 6, dy: k === 0 ? -7 : 7 },
        }),
      ),
    ],
  });
}
