// A loss over one parameter, with the tangent at the value that a slider chooses: the derivative as a slope.

import type * as PlotModule from "@observablehq/plot";
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

  const text = document.createElement("p");
  text.setAttribute("aria-live", "polite");
  Object.assign(text.style, {
    fontFamily: "var(--mono)",
    fontSize: "var(--size-small)",
    display: "flex",
    flexWrap: "wrap",
    columnGap: "0.9em",
    minBlockSize: "4.9em", // three lines, so that the picture below does not jump
  });
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
    text.replaceChildren(
      ...[...values, "slope = dout[0, 0]", "+ dout[1, 1]", `= ${terms.join(" + ")}`].map(unbroken),
    );
    const reach = 0.16 * span; // of the tangent, to either side
    const ends = [-reach, reach].map((d) => ({ x: w[at] + d, y: loss[at] + slope[at] * d }));
    plot.replaceChildren(
      Plot.plot({
        ariaLabel: `The loss over the parameter w, with a tangent of slope ${digits(slope[at])}`,
        width,
        height: Math.min(360, Math.max(260, width * 0.5)),
        marginLeft: 48,
        marginRight: 16,
        marginBottom: 44,
        style: { background: "none", fontSize: "13px" },
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
          Plot.dot([curve[at]], { x: "x", y: "y", fill: "var(--backward)", r: 5.5 }),
        ],
      }),
    );
  };

  const label = document.createElement("label");
  Object.assign(label.style, { display: "flex", gap: "0.6rem", alignItems: "center" });
  const code = document.createElement("code");
  code.textContent = "w";
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "0", max: String(w.length - 1), step: "1" });
  Object.assign(slider.style, {
    accentColor: "var(--backward)",
    flex: "1",
    maxInlineSize: "24rem",
  });
  slider.valueAsNumber = at;
  slider.addEventListener("input", () => {
    at = slider.valueAsNumber;
    update();
  });
  label.append(code, slider);

  update();
  const figure = document.createElement("div");
  figure.append(label, text, plot);
  return figure;
}

function unbroken(text: string): HTMLElement {
  const span = document.createElement("span");
  Object.assign(span, { textContent: text });
  span.style.whiteSpace = "nowrap";
  return span;
}

const digits = (x: number): string => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
