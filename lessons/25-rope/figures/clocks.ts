// The pairs of a head as the hands of clocks, each turned by the distance between query and key at its own speed; below them
// the product of the two at every distance.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const most = 12; // clocks beside each other

/**
 * @param values the run's exports: frequencies in radians a place, one for each pair, and product, one for each distance
 * @throws TypeError if one of them is missing, or there are too few or too many
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const [frequencies, product] = [numbers(values, "frequencies"), numbers(values, "product")];
  if (frequencies.length < 1 || frequencies.length > most || product.length < 2) {
    throw new TypeError(`the figure needs 1 to ${most} frequencies and two products or more`);
  }
  const text = makeReadout(2, "text");
  const plots = document.createElement("div");
  const update = () => {
    const distance = slider.valueAsNumber;
    const places = distance === 1 ? "1 place" : `${distance} places`;
    text.textContent = `${places} apart: the mean of the ${frequencies.length} cosines, and so the product, is ${digits(product[distance])}.`;
    slider.setAttribute("aria-valuetext", text.textContent);
    plots.replaceChildren(
      drawClocks(Plot, frequencies, distance, width),
      drawProduct(Plot, product, distance, width),
    );
  };
  const slider = makeSlider({ max: product.length - 1, value: 4 }, () => update());
  update();
  return stack(labelled("distance", slider), text, plots);
}

function drawClocks(
  Plot: typeof PlotModule,
  frequencies: readonly number[],
  distance: number,
  width: number,
) {
  const columns = width < 500 ? Math.ceil(frequencies.length / 2) : frequencies.length;
  const rows = Math.ceil(frequencies.length / columns);
  const cell = Math.min(86, width / columns);
  const clocks = frequencies.map((frequency, i) => {
    const angle = distance * frequency;
    const [x, y] = [(i % columns) + 0.5, -Math.floor(i / columns) * 1.35];
    return { i, frequency, x, y, toX: x + 0.4 * Math.cos(angle), toY: y + 0.4 * Math.sin(angle) };
  });
  return Plot.plot({
    ariaLabel: `A clock for each pair, its hand turned by the distance of ${distance}`,
    ...{ width: cell * columns, height: cell * rows * 1.35, margin: 0, style: plotStyle },
    x: { axis: null, domain: [0, columns] },
    y: { axis: null, domain: [-(rows - 1) * 1.35 - 0.85, 0.5] },
    marks: [
      Plot.dot(clocks, { x: "x", y: "y", r: 0.4 * cell, stroke: "var(--line-strong)" }),
      // Where all hands are when query and key are at the same place.
      Plot.link(clocks, {
        ...{ x1: "x", y1: "y", x2: ({ x }) => x + 0.4, y2: "y" },
        ...{ stroke: "var(--line-strong)", strokeDasharray: "3 3" },
      }),
      Plot.link(clocks, {
        ...{ x1: "x", y1: "y", x2: "toX", y2: "toY" },
        ...{ stroke: "var(--forward)", strokeWidth: 2.5 },
      }),
      Plot.text(clocks, {
        ...{ x: "x", y: ({ y }) => y - 0.66, fill: "var(--ink-soft)" },
        text: ({ frequency }) => String(Number(frequency.toPrecision(2))),
      }),
    ],
  });
}

function drawProduct(
  Plot: typeof PlotModule,
  product: readonly number[],
  distance: number,
  width: number,
) {
  const points = product.map((value, at) => ({ at, value }));
  return Plot.plot({
    ariaLabel: "The product of query and key at every distance, with a point at the chosen one",
    width,
    height: Math.min(240, Math.max(190, width * 0.4)),
    ...{ marginLeft: 40, marginRight: 16, marginBottom: 44, marginTop: 28, style: plotStyle },
    x: { label: "distance →", labelOffset: 38 },
    y: { label: "product", grid: true, domain: [Math.min(0, ...product), 1] },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.line(points, { x: "at", y: "value", stroke: "var(--forward)", strokeWidth: 1.8 }),
      Plot.ruleX([distance], { stroke: "var(--line-strong)", strokeDasharray: "3 3" }),
      Plot.dot([points[distance]], {
        ...{ x: "at", y: "value", r: 6 },
        ...{ fill: "var(--forward)", stroke: "var(--paper)" },
      }),
    ],
  });
}

const digits = (value: number) => value.toFixed(3).replace("-", "−");
