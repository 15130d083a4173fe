// The mean surprise of guessing from counts, over how many letters are looked at: in the text that was counted and in the text
// kept apart. A slider moves alpha.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  nameStyle,
  nearest,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

let chosen: number | undefined; // outlives a new drawing, as when the window changes its width

/**
 * @param values the run's exports: alphas, orders, and ofRead and ofKept, each of shape (orders, alphas)
 * @throws TypeError if one of them is missing or has another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const [alphas, orders] = [numbers(values, "alphas"), numbers(values, "orders")];
  const [read, kept] = ["ofRead", "ofKept"].map((name) => {
    const all = numbers(values, name);
    if (orders.length > 1 && alphas.length > 1 && all.length === orders.length * alphas.length) {
      return all;
    }
    throw new TypeError(`the figure needs two alphas and orders, and ${name} of both`);
  });

  const text = makeReadout(2, "text");
  const plot = document.createElement("div");
  const update = () => {
    const k = slider.valueAsNumber;
    chosen = k;
    const at = (all: number[]) => orders.map((_, i) => all[i * alphas.length + k]);
    const [ofRead, ofKept] = [at(read), at(kept)];
    const best = ofKept.indexOf(Math.min(...ofKept));
    text.textContent = `alpha = ${alphas[k]}: in the text kept apart ${orders[best]} letters before are best, with ${ofKept[best].toFixed(2)} nats. In the text that was counted the same guess has ${ofRead[best].toFixed(2)}.`;
    slider.setAttribute("aria-valuetext", `alpha = ${alphas[k]}`);
    plot.replaceChildren(drawLosses(Plot, orders, ofRead, ofKept, width));
  };
  const slider = makeSlider(
    { max: alphas.length - 1, value: Math.min(alphas.length - 1, chosen ?? nearest(alphas, 0.1)) },
    update,
  );
  update();
  return stack(labelled("alpha", slider), text, plot);
}

function drawLosses(
  Plot: typeof PlotModule,
  orders: readonly number[],
  read: readonly number[],
  kept: readonly number[],
  width: number,
) {
  const curve = (y: readonly number[], stroke: string) => {
    const points = orders.map((order, i) => [order, y[i]] as const);
    return [
      Plot.line(points, { stroke, strokeWidth: 2.2 }),
      Plot.dot(points, { fill: stroke, r: 3.5 }),
    ];
  };
  const last = orders.length - 1;
  const name = (y: number, text: string, fill: string, dy: number) =>
    Plot.text([[orders[last], y]], {
      ...{ ...nameStyle, text: () => text, fill },
      ...{ textAnchor: "end", dy },
    });
  return Plot.plot({
    ariaLabel: "Mean surprise over the number of letters before, counted and kept apart",
    width,
    height: Math.min(320, Math.max(250, width * 0.45)),
    ...{ marginLeft: 40, marginRight: 20, marginTop: 24, marginBottom: 44, style: plotStyle },
    x: { label: "letters before →", labelOffset: 38, ticks: [...orders], tickFormat: "d" },
    y: { label: "↑ nats", grid: true, domain: [0, 3.4], ticks: 4 },
    marks: [
      ...curve(read, "var(--ink-soft)"),
      ...curve(kept, "var(--forward)"),
      name(read[last], "counted", "var(--ink-soft)", 18),
      name(kept[last], "kept apart", "var(--forward)", kept[last] > 2.9 ? 18 : -16),
    ],
  });
}
