// How many gradients have which exponent, and which of them float16 keeps when the loss is multiplied by a power of two.

import type * as PlotModule from "@observablehq/plot";
import {
  code,
  labelled,
  makeReadout,
  makeSlider,
  nameStyle,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, number, numbers, type Space } from "../../../src/figures/exports.ts";

const [smallest, normal, largest] = [-24, -14, 16]; // float16's ends, as powers of two

/**
 * @param values the run's exports: counts, how many gradients are from 2^k to 2^(k+1), for k from lowest on
 * @throws TypeError if one of them is missing, or all counts are 0
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const counts = numbers(values, "counts");
  const lowest = number(values, "lowest");
  const all = counts.reduce((a, b) => a + b, 0);
  if (!(all > 0)) throw new TypeError("the figure needs counts that are not all 0");

  const text = makeReadout();
  const plot = document.createElement("div");
  const update = (power: number) => {
    const bars = counts.map((count, i) => ({ k: lowest + i + power, count }));
    const of = (test: (k: number) => boolean) =>
      bars.reduce((sum, { k, count }) => sum + (test(k) ? count : 0), 0) / all;
    const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
    slider.setAttribute("aria-valuetext", `2 to the ${power}`);
    text.textContent = `S = 2^${power}: ${percent(of((k) => k < smallest - 1))} become 0, ${percent(of((k) => k >= smallest - 1 && k < normal))} lose digits, ${percent(of((k) => k >= largest))} are infinite`;
    plot.replaceChildren(drawBars(Plot, bars, width));
  };
  const slider = makeSlider({ max: 44, value: 0, ink: "backward" }, update);
  update(slider.valueAsNumber);
  return stack(labelled(code("log2 S"), slider), text, plot);
}

function drawBars(Plot: typeof PlotModule, bars: { k: number; count: number }[], width: number) {
  const colour = ({ k }: { k: number }) =>
    k < smallest - 1 || k >= largest
      ? "var(--line-strong)"
      : k < normal
        ? "var(--forward)"
        : "var(--backward)";
  const edge = (x: number, name: string, anchor: "start" | "end") => [
    Plot.ruleX([x], { stroke: "var(--ink-soft)", strokeDasharray: "4 3" }),
    Plot.text([x], {
      ...{ ...nameStyle, x: () => x, text: () => name, frameAnchor: "top", textAnchor: anchor },
      ...{ dx: anchor === "start" ? 5 : -5, dy: 4, fill: "var(--ink-soft)" },
    }),
  ];
  const most = Math.max(...bars.map(({ count }) => count));
  return Plot.plot({
    ariaLabel: "How many gradients there are of each power of two, and where float16 ends",
    width,
    height: 260,
    ...{ marginLeft: 46, marginRight: 16, marginBottom: 44, style: plotStyle },
    x: {
      ...{ label: "size of S times the gradient, as a power of two →", labelOffset: 38 },
      domain: [-46, 24],
      ticks: width < 500 ? 6 : 12,
    },
    y: { label: "how many", grid: true, ticks: 4, domain: [0, 1.15 * most] },
    marks: [
      Plot.rectY(bars, {
        ...{ x1: ({ k }) => k, x2: ({ k }) => k + 1, y: "count", fill: colour, clip: true },
        ...{ insetLeft: 0.5, insetRight: 0.5 },
      }),
      ...edge(smallest, "its smallest", "end"),
      ...edge(largest, "its largest", "end"),
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
    ],
  });
}
