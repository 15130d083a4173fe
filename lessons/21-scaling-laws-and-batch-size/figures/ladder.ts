// Loss against arithmetic: a line for each size of model, with a dot for each number of steps.

import type * as PlotModule from "@observablehq/plot";
import { colours, nameStyle, plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";
import { superscript } from "../../../src/page/numbers.ts";

/**
 * @param values the run's exports: N, operations, loss, lowest and highest of each point, those of a size one after another
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [N, operations, loss, lowest, highest] = [
    ...["N", "operations", "loss", "lowest", "highest"].map((name) => numbers(values, name)),
  ];
  if ([operations, loss, lowest, highest].some((one) => one.length !== N.length)) {
    throw new TypeError("the figure needs operations, loss, lowest and highest for each N");
  }
  const sizes = [...new Set(N)];
  const colour = (size: number) => colours[sizes.indexOf(size) % colours.length];
  const all = N.map((_, i) => i);
  const last = sizes.map((size) => N.lastIndexOf(size));
  const label = {
    ...{ x: (i: number) => operations[i], y: (i: number) => loss[i] },
    ...{ text: (i: number) => short(N[i]), fill: (i: number) => colour(N[i]) },
    ...nameStyle,
  };
  // On a narrow page the two largest end side by side: the name of the first of them is above its line.
  const [beside, above] = [last.filter((i) => i !== last.at(-2)), last.slice(-2, -1)];
  return Plot.plot({
    ariaLabel: "Loss against arithmetic, one line for each size of model",
    width,
    height: Math.min(340, Math.max(280, width * 0.5)),
    ...{ marginTop: 28, marginLeft: 40, marginRight: 64, marginBottom: 44, style: plotStyle },
    x: {
      ...{ type: "log", label: "operations, 6ND →", labelOffset: 38 },
      tickFormat: (x: number) => {
        const power = Math.log10(x);
        return Number.isInteger(power) ? `10${superscript(power)}` : "";
      },
    },
    y: { label: "loss", grid: true, type: "log", ticks: [1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3] },
    marks: [
      Plot.ruleX(all, {
        ...{ x: (i: number) => operations[i], y1: (i: number) => lowest[i] },
        ...{ y2: (i: number) => highest[i], stroke: (i: number) => colour(N[i]), strokeWidth: 4 },
        strokeOpacity: 0.35,
      }),
      Plot.line(all, {
        ...{ x: (i: number) => operations[i], y: (i: number) => loss[i] },
        ...{ z: (i: number) => N[i], stroke: (i: number) => colour(N[i]), strokeWidth: 1.8 },
      }),
      Plot.dot(all, {
        ...{ x: (i: number) => operations[i], y: (i: number) => loss[i], r: 3 },
        fill: (i: number) => colour(N[i]),
      }),
      Plot.text(beside, { ...label, dx: 8, textAnchor: "start" }),
      Plot.text(above, { ...label, dy: -10, textAnchor: "start" }),
    ],
  });
}

const short = (size: number): string => `${Math.round(size / 1000)}k`;
