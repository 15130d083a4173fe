// The probabilities of some words as bars, at a temperature that a slider chooses, and how undecided the model is there.

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

  const text = makeReadout();
  const plot = document.createElement("div");
  const update = (k: number) => {
    const bars = words.map((word, i) => ({ word, p: probs[k * words.length + i] }));
    const temperature = temperatures[k].toPrecision(2);
    slider.setAttribute("aria-valuetext", temperature);
    text.textContent = `temperature ${temperature}, entropy ${entropies[k].toFixed(2)}: as undecided as among ${Math.exp(entropies[k]).toFixed(1)} equal words`;
    plot.replaceChildren(drawBars(Plot, bars, width));
  };
  const slider = makeSlider({ max: steps - 1, value: nearest(temperatures, 1) }, update);
  update(slider.valueAsNumber);
  return stack(labelled(code("temperature"), slider), text, plot);
}

function drawBars(Plot: typeof PlotModule, bars: Bar[], width: number) {
  return Plot.plot({
    ariaLabel: "The probability of each word at this temperature",
    width,
    height: 60 + 34 * bars.length,
    marginLeft: 64,
    marginRight: 56,
    marginBottom: 44,
    style: plotStyle,
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
