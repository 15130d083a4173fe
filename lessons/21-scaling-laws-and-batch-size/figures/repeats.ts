// Losses on new text along the training on pieces of a text, a curve for each piece.

import type * as PlotModule from "@observablehq/plot";
import { colours, nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: piece, step and loss of each point, those of a piece one after another
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [piece, step, loss] = ["piece", "step", "loss"].map((name) => numbers(values, name));
  if (step.length !== piece.length || loss.length !== piece.length) {
    throw new TypeError("the figure needs step and loss for each piece");
  }
  const pieces = [...new Set(piece)];
  const colour = (size: number) => colours[pieces.indexOf(size) % colours.length];
  const all = piece.map((_, i) => i);
  const most = 3.1; // a curve that goes further leaves the picture
  const last = pieces.map((size) => all.findLastIndex((i) => piece[i] === size && loss[i] <= most));
  return Plot.plot({
    ariaLabel: "Loss on new text against steps, one line for each piece of the text",
    width,
    height: Math.min(270, Math.max(260, width * 0.4)),
    ...{ marginLeft: 40, marginRight: 64, marginBottom: 44, style: plotStyle },
    x: { label: "step →", labelOffset: 38 },
    y: { label: "loss on new text", grid: true, domain: [Math.min(...loss) - 0.05, most] },
    marks: [
      Plot.line(all, {
        ...{ x: (i: number) => step[i], y: (i: number) => loss[i], z: (i: number) => piece[i] },
        ...{ stroke: (i: number) => colour(piece[i]), strokeWidth: 2, clip: true },
      }),
      Plot.text(last, {
        ...{ x: (i: number) => step[i], y: (i: number) => loss[i], dx: 6, textAnchor: "start" },
        ...{ text: (i: number) => `${Math.round(piece[i] / 1024)} Ki` },
        ...{ ...nameStyle, fill: (i: number) => colour(piece[i]) },
      }),
    ],
  });
}
