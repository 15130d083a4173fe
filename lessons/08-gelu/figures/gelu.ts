// GELU and its slope, with a point that can be dragged along the curve, or moved by a slider, and the tangent there.

import type * as PlotModule from "@observablehq/plot";
import {
  code,
  labelled,
  makeReadout,
  makeSlider,
  nearest,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

interface Curves {
  x: number[];
  out: number[];
  slope: number[];
  relu: number[];
}

const reach = 1; // of the tangent, to either side of the point

/**
 * @param values the run's exports: x in rising order, and for each of them out, slope and relu
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const curves: Curves = {
    x: numbers(values, "x"),
    out: numbers(values, "out"),
    slope: numbers(values, "slope"),
    relu: numbers(values, "relu"),
  };
  const { x, out, slope } = curves;
  if (x.length < 2 || Object.values(curves).some((curve) => curve.length !== x.length)) {
    throw new TypeError("the figure needs one value of out, slope and relu for each x");
  }

  const text = makeReadout();
  const plot = document.createElement("div");
  Object.assign(plot.style, { cursor: "ew-resize", touchAction: "pan-y" });

  let toX: (pixels: number) => number = () => 0;
  const update = () => {
    const k = slider.valueAsNumber;
    text.textContent = `GELU(${digits(x[k], 2)}) = ${digits(out[k], 3)}, slope ${digits(slope[k], 3)}`;
    slider.setAttribute("aria-valuetext", text.textContent);
    const drawn = drawCurves(Plot, curves, k, width);
    const scale = drawn.scale("x") as PlotModule.Scale;
    toX = (pixels) => scale.invert?.(pixels) ?? 0;
    plot.replaceChildren(drawn);
  };

  const slider = makeSlider({ max: x.length - 1, value: nearest(x, 1) }, () => update());
  const follow = (event: PointerEvent) => {
    const box = plot.getBoundingClientRect();
    slider.valueAsNumber = nearest(x, toX(((event.clientX - box.left) * width) / box.width));
    update();
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    follow(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (plot.hasPointerCapture(event.pointerId)) follow(event);
  });

  update();
  return stack(labelled(code("x"), slider), text, plot);
}

function drawCurves(
  Plot: typeof PlotModule,
  { x, out, slope, relu }: Curves,
  k: number,
  width: number,
) {
  const curve = (name: string, values: number[]) =>
    values.map((value, i) => ({ name, x: x[i], value }));
  const points = [...curve("ReLU", relu), ...curve("its slope", slope), ...curve("GELU", out)];
  const tangent = [-reach, reach].map((d) => ({ x: x[k] + d, value: out[k] + d * slope[k] }));
  return Plot.plot({
    ariaLabel: "GELU, its slope and ReLU, with a point on GELU and the tangent there",
    width,
    height: Math.min(460, Math.max(320, width * 0.6)),
    marginLeft: 40,
    marginRight: 16,
    marginBottom: 44,
    style: plotStyle,
    x: { label: "x →", labelOffset: 38, domain: [x[0], x[x.length - 1]] },
    y: { label: null, grid: true, domain: [-0.5, 3], ticks: 7 },
    color: { domain: labels.map(({ name }) => name), range: labels.map(({ colour }) => colour) },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
      Plot.line(points, {
        x: "x",
        y: "value",
        stroke: "name",
        strokeWidth: (d: { name: string }) => (d.name === "GELU" ? 2.4 : 1.6),
        clip: true,
      }),
      Plot.line(tangent, {
        x: "x",
        y: "value",
        stroke: "var(--ink)",
        strokeWidth: 1.6,
        clip: true,
      }),
      ...labels.map(({ name, at, colour, side }) =>
        Plot.text([at], {
          ...{ text: () => name, fill: colour, stroke: "var(--raised)", strokeWidth: 4 },
          ...{ textAnchor: side, dx: side === "start" ? 8 : -8 },
        }),
      ),
      Plot.ruleX([x[k]], {
        y1: out[k],
        y2: slope[k],
        stroke: "var(--line-strong)",
        strokeDasharray: "3 3",
      }),
      Plot.dot([[x[k], slope[k]]], { fill: "var(--backward)", r: 5 }),
      Plot.dot([[x[k], out[k]]], { fill: "var(--forward)", stroke: "var(--paper)", r: 7 }),
    ],
  });
}

/** The curves' names, beside them. */
const labels = [
  { name: "GELU", at: [1.9, 1.7], colour: "var(--forward)", side: "start" },
  { name: "its slope", at: [-0.4, 0.4], colour: "var(--backward)", side: "end" },
  { name: "ReLU", at: [1.8, 1.9], colour: "var(--ink-soft)", side: "end" },
] as const;

const digits = (value: number, count: number): string =>
  value
    .toFixed(count)
    .replace(/^-(0\.0+)$/, "$1")
    .replace("-", "\u2212");
