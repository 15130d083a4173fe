// The probabilities of some words as bars, at a temperature that a slider chooses, and how undecided the model is there.

import type * as PlotModule from "@observablehq/plot";
import { type Exports, numbers, type Space, strings } from "../../../src/figures/exports.ts";

interface Bar {
  word: string;
  p: number;
}

/**
 * @param values the run's exports: words, rising temperatures, for each temperature a row of probs, and its entropies
 * @throws TypeError if one of them is missing or their lengths do not fit together
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const words = strings(values, "words");
  const temperatures = numbers(values, "temperatures");
  const probs = numbers(values, "probs");
  const entropies = numbers(values, "entropies");
  const steps = temperatures.length;
  if (steps === 0 || entropies.length !== steps || probs.length !== steps * words.length) {
    throw new TypeError(
      "the figure needs for each of the temperatures one of the entropies, and one of probs for each of the words",
    );
  }

  const text = document.createElement("p");
  text.setAttribute("aria-live", "polite");
  Object.assign(text.style, {
    fontFamily: "var(--mono)",
    fontSize: "var(--size-small)",
    marginBlock: "0.5rem",
  });
  const plot = document.createElement("div");
  const { label, slider } = makeSlider(steps, nearest(temperatures, 1));
  const update = () => {
    const k = slider.valueAsNumber;
    const bars = words.map((word, i) => ({ word, p: probs[k * words.length + i] }));
    const temperature = temperatures[k].toPrecision(2);
    slider.setAttribute("aria-valuetext", temperature);
    text.textContent = `temperature ${temperature}, entropy ${entropies[k].toFixed(2)}: as undecided as among ${Math.exp(entropies[k]).toFixed(1)} equal words`;
    plot.replaceChildren(drawBars(Plot, bars, width));
  };
  slider.addEventListener("input", update);
  update();

  const figure = document.createElement("div");
  figure.append(label, text, plot);
  return figure;
}

function drawBars(Plot: typeof PlotModule, bars: Bar[], width: number) {
  return Plot.plot({
    ariaLabel: "The probability of each word at this temperature",
    width,
    height: 60 + 34 * bars.length,
    marginLeft: 64,
    marginRight: 56,
    marginBottom: 44,
    style: { background: "none", fontSize: "13px" },
    x: {
      label: "probability →",
      labelOffset: 38,
      domain: [0, 1],
      ticks: width < 500 ? 5 : 10,
      tickFormat: "%",
      grid: true,
    },
    y: { label: null, domain: bars.map(({ word }) => word), tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(bars, { x: "p", y: "word", fill: "var(--forward)" }),
      Plot.text(bars, {
        x: "p",
        y: "word",
        text: ({ p }: Bar) => `${(100 * p).toFixed(1)}%`,
        textAnchor: "start",
        dx: 6,
      }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
    ],
  });
}

function makeSlider(count: number, start: number) {
  const label = document.createElement("label");
  Object.assign(label.style, { display: "flex", gap: "0.75rem", alignItems: "center" });
  const name = document.createElement("code");
  name.textContent = "temperature";
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "0", max: String(count - 1), step: "1" });
  slider.valueAsNumber = start;
  Object.assign(slider.style, {
    accentColor: "var(--forward)",
    flex: "1",
    minWidth: "0",
    maxWidth: "24rem",
  });
  label.append(name, slider);
  return { label, slider };
}

/** The index of the value that lies nearest. */
function nearest(values: number[], wanted: number): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) {
    if (Math.abs(values[k] - wanted) < Math.abs(values[best] - wanted)) best = k;
  }
  return best;
}
