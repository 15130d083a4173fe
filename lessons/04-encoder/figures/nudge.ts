// A loss over one parameter, with the tangent at the value that a slider chooses: the derivative as a slope.

import type * as PlotModule from "@observablehq/plot";
import {
  code,
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

/**
 * @param values the run's exports: w, loss, slope, first, second, one number each for every value of the parameter
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const [w, loss, slope, first, second] = ["w", "loss", "slope", "first", "second"].map((name) => {
    const read = numbers(values, name);
    if (read.length < 2 || read.length !== numbers(values, "w").length) {
      throw new TypeError(`the figure needs one value of ${name} for each w, and at least two`);
    }
    return read;
  });
  let at = Math.min(64, w.length - 1);
  const curve = w.map((x, k) => ({ x, y: loss[k] }));
  const span = w[w.length - 1] - w[0];

  const text = makeReadout(3);
  const plot = document.createElement("div");
  const update = () => {
    const values = [
      `w = ${digits(w[at])}`,
      `loss = ${digits(loss[at])}`,
      `slope = ${digits(slope[at])}`,
    ];
    const terms = [first, second].map((row) =>
      row[at] < -0.005 ? `(${digits(row[at])})` : digits(row[at]),
    );
    const sum = `slope = dout[0, 0] + dout[1, 1] = ${terms.join(" + ")}`;
    text.textContent = `${values.join(", ")}\n${sum}`;
    const reach = 0.16 * span; // of the tangent, to either side
    const ends = [-reach, reach].map((d) => ({ x: w[at] + d, y: loss[at] + slope[at] * d }));
    plot.replaceChildren(
      Plot.plot({
        ariaLabel: `The loss over the parameter w, with a tangent of slope ${digits(slope[at])}`,
        width,
        height: Math.min(360, Math.max(260, width * 0.5)),
        marginTop: 28,
        marginLeft: 48,
        marginRight: 16,
        marginBottom: 44,
        style: plotStyle,
        x: {
          label: "w, the first channel of “to” →",
          labelOffset: 38,
          domain: [w[0], w[w.length - 1]],
        },
        y: { label: "↑ loss", grid: true, nice: true, domain: [0, Math.max(...loss)] },
        marks: [
          Plot.line(curve, { x: "x", y: "y", stroke: "var(--forward)", strokeWidth: 2 }),
          Plot.line(ends, {
            x: "x",
            y: "y",
            stroke: "var(--backward)",
            strokeWidth: 2.5,
            clip: true,
          }),
          Plot.dot([curve[at]], { x: "x", y: "y", fill: "var(--forward)", r: 5.5 }),
        ],
      }),
    );
  };

  const slider = makeSlider({ max: w.length - 1, value: at }, (value) => {
    at = value;
    update();
  });
  update();
  return stack(labelled(code("w"), slider), text, plot);
}

const digits = (x: number): string => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
