// Two channels as a plane: norm on its circle, the gradient that arrives there, in a direction that a slider turns, and what is
// left of it when its part along norm has been taken out.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  nameStyle,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

type Pair = readonly [number, number];

/**
 * @param values the run's exports: norm, two numbers; g and rest, two numbers for each direction
 * @throws TypeError if one of them is missing or of another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const [norm, g, rest] = ["norm", "g", "rest"].map((name) => numbers(values, name));
  if (norm.length !== 2 || g.length < 2 || g.length % 2 !== 0 || rest.length !== g.length) {
    throw new TypeError(
      "the figure needs two numbers of norm, and two of g and of rest for each direction",
    );
  }
  const count = g.length / 2;
  const pair = (all: readonly number[], k: number): Pair => [all[2 * k], all[2 * k + 1]];

  const text = makeReadout();
  const plot = document.createElement("div");
  const update = () => {
    const k = slider.valueAsNumber;
    const left = Math.hypot(...pair(rest, k));
    text.textContent = `of g, of length 1, ${left.toFixed(2)} is left`;
    slider.setAttribute("aria-valuetext", text.textContent);
    plot.replaceChildren(drawPlane(Plot, pair(norm, 0), pair(g, k), pair(rest, k), width));
  };
  const slider = makeSlider(
    { max: count - 1, value: Math.round(count / 6), ink: "backward" },
    update,
  );
  update();
  return stack(labelled("direction of g", slider), text, plot);
}

function drawPlane(Plot: typeof PlotModule, norm: Pair, g: Pair, rest: Pair, width: number) {
  const side = Math.min(width, 420);
  const tip = (by: Pair): Pair => [norm[0] + by[0], norm[1] + by[1]];
  const circle = Array.from({ length: 121 }, (_, k): Pair => {
    const angle = (2 * Math.PI * k) / 120;
    return [Math.SQRT2 * Math.cos(angle), Math.SQRT2 * Math.sin(angle)];
  });
  const arrow = (from: Pair, to: Pair, stroke: string, more: PlotModule.ArrowOptions = {}) =>
    Plot.arrow([{ from, to }], {
      ...{ x1: ({ from }) => from[0], y1: ({ from }) => from[1] },
      ...{ x2: ({ to }) => to[0], y2: ({ to }) => to[1] },
      ...{ stroke, strokeWidth: 2.4, headLength: 6, ...more },
    });
  const name = (at: Pair, text: string, fill: string, dy: number) =>
    Plot.text([at], {
      ...{ ...nameStyle, text: () => text, fill, dy },
    });
  return Plot.plot({
    ariaLabel:
      "norm on a circle, the gradient g that arrives there, and its part that is tangent to the circle",
    ...{ width: side, height: side, style: plotStyle },
    ...{ marginLeft: 44, marginRight: 26, marginTop: 26, marginBottom: 44 },
    x: { domain: [-2.5, 2.5], label: "channel 0 →", labelOffset: 38, ticks: 5 },
    y: { domain: [-2.5, 2.5], label: "↑ channel 1", ticks: 5 },
    marks: [
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.line(circle, { stroke: "var(--ink-soft)" }),
      arrow([0, 0], norm, "var(--forward)"),
      Plot.link([{ a: tip(g), b: tip(rest) }], {
        ...{ x1: ({ a }) => a[0], y1: ({ a }) => a[1], x2: ({ b }) => b[0], y2: ({ b }) => b[1] },
        ...{ stroke: "var(--ink-soft)", strokeDasharray: "4 3" },
      }),
      arrow(norm, tip(g), "var(--ink)"),
      Math.hypot(...rest) > 0.05 ? arrow(norm, tip(rest), "var(--backward)") : null,
      name([norm[0] / 2, norm[1] / 2], "norm", "var(--forward)", 14),
      name(tip(g), "g", "var(--ink)", g[1] < 0 ? 12 : -12),
      name(tip(rest), "what is left", "var(--backward)", rest[1] < 0 ? 14 : -14),
    ],
  });
}
