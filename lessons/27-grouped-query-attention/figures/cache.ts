// How the cache of keys and values grows with the text, for several models, and what it comes to at the length that is chosen.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  nearest,
  plotStyle,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space, strings } from "../../../src/figures/exports.ts";

const colours = ["var(--ink)", "var(--mark-1)", "var(--mark-3)", "var(--mark-4)"];

/**
 * @param values the run's exports: names of the models, tokens in rising order, and gib, for each name one for each of tokens
 * @throws TypeError if one of them is missing or they do not fit each other
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const [names, tokens, gib] = [
    strings(values, "names"),
    numbers(values, "tokens"),
    numbers(values, "gib"),
  ];
  if (names.length < 1 || names.length > colours.length || tokens.length < 2) {
    throw new TypeError(`the figure needs 1 to ${colours.length} names and two tokens or more`);
  }
  if (gib.length !== names.length * tokens.length) {
    throw new TypeError("the figure needs one number of gib for each name and each of tokens");
  }
  const of = (m: number, k: number) => gib[m * tokens.length + k];
  const text = makeReadout(2, "text");
  const plot = document.createElement("div");
  const update = () => {
    const k = slider.valueAsNumber;
    const each = names.map((name, m) => `${name} ${of(m, k).toFixed(2)} GiB`);
    text.textContent = `A text of ${tokens[k].toLocaleString("en")} tokens: ${each.join(", ")}.`;
    slider.setAttribute("aria-valuetext", text.textContent);
    plot.replaceChildren(drawLines(Plot, { names, tokens, of, k, width }));
  };
  const slider = makeSlider({ max: tokens.length - 1, value: nearest(tokens, 8192) }, () =>
    update(),
  );
  update();
  return stack(labelled("tokens", slider), text, plot);
}

interface Drawing {
  names: readonly string[];
  tokens: readonly number[];
  of: (m: number, k: number) => number;
  k: number;
  width: number;
}

function drawLines(Plot: typeof PlotModule, { names, tokens, of, k, width }: Drawing) {
  const last = tokens.length - 1;
  const points = names.flatMap((name, m) =>
    tokens.map((at, n) => ({ name, at, gib: of(m, n), m })),
  );
  const ends = points.filter(({ at }) => at === tokens[last]);
  const dots = points.filter(({ at }) => at === tokens[k]);
  return Plot.plot({
    ariaLabel: "GiB of keys and values against tokens of text, a line for each model",
    width,
    height: Math.min(320, Math.max(260, width * 0.5)),
    ...{ marginLeft: 40, marginRight: 92, marginBottom: 44, marginTop: 28, style: plotStyle },
    x: { label: "tokens →", labelOffset: 38, ticks: width < 500 ? 3 : 6 },
    y: { label: "GiB kept", grid: true },
    color: { domain: [...names], range: colours.slice(0, names.length) },
    marks: [
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      Plot.ruleX([tokens[k]], { stroke: "var(--line-strong)", strokeDasharray: "3 3" }),
      Plot.line(points, { x: "at", y: "gib", stroke: "name", strokeWidth: 2 }),
      Plot.dot(dots, { x: "at", y: "gib", fill: "name", stroke: "var(--paper)", r: 5 }),
      Plot.text(ends, {
        ...{ x: "at", y: "gib", text: "name", fill: "name", textAnchor: "start", dx: 8 },
      }),
    ],
  });
}
