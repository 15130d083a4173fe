// Probabilities, and below them the gradient of the loss with respect to the logits: probabilities minus one-hot. The
// reader chooses the token that came, moves a logit, or takes steps against the gradient.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeButton,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, integer, numbers, type Space } from "../../../src/figures/exports.ts";

const range = 8; // the slider goes from -range to range

interface Bar {
  token: string;
  value: number;
  isTarget: boolean;
}

/**
 * @param values the run's exports: tokens, the logit of each, and target, the place of the one that came
 * @throws TypeError if one of them is missing, or there is not one logit for each token
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const tokens = names(values, "tokens");
  const start = numbers(values, "logits");
  if (start.length !== tokens.length || !start.every(Number.isFinite)) {
    throw new TypeError(`the figure needs ${tokens.length} finite logits, one for each token`);
  }
  const first = integer(values, "target", 0, tokens.length - 1);
  const state = { logits: [...start], target: first, moved: first };

  const target = makeChoice("the token that came", tokens, first);
  const moved = makeChoice("a logit to move", tokens, first);
  const slider = makeSlider({ min: -range, max: range, step: 0.1 }, (value) => {
    state.logits[state.moved] = value;
    update();
  });
  const shown = document.createElement("output");
  Object.assign(shown.style, { fontFamily: "var(--mono)", minInlineSize: "3.5em" });
  const step = makeButton("A step against the gradient", () => {
    const probs = softmax(state.logits);
    state.logits = state.logits.map((z, v) => z - (probs[v] - (v === state.target ? 1 : 0)));
    update();
  });
  const reset = makeButton("From the beginning", () => {
    state.logits = [...start];
    update();
  });
  const summary = makeReadout();
  const plots = document.createElement("div");

  const update = () => {
    const probs = softmax(state.logits);
    const bars = (list: number[]) =>
      list.map((value, v): Bar => ({ token: tokens[v], value, isTarget: v === state.target }));
    slider.valueAsNumber = state.logits[state.moved];
    slider.setAttribute("aria-label", `logit of ${tokens[state.moved]}`);
    shown.textContent = state.logits[state.moved].toFixed(1);
    const loss = -Math.log(probs[state.target]);
    summary.textContent = `p of “${tokens[state.target]}” ${probs[state.target].toFixed(3)}, loss ${loss.toFixed(3)} nats`;
    const gradient = probs.map((p, v) => p - (v === state.target ? 1 : 0));
    plots.replaceChildren(
      drawBars(Plot, bars(probs), width, {
        label: "↑ probability",
        domain: [0, 1],
        colour: "var(--forward)",
      }),
      drawBars(Plot, bars(gradient), width, {
        label: "↑ gradient of the logit",
        domain: [-1.2, 1.2], // with room for a number below a bar of -1
        colour: "var(--backward)",
      }),
    );
  };

  target.select.addEventListener("change", () => {
    state.target = target.select.selectedIndex;
    update();
  });
  moved.select.addEventListener("change", () => {
    state.moved = moved.select.selectedIndex;
    update();
  });
  update();

  return stack(row(target.label, moved.label, slider, shown), row(step, reset), summary, plots);
}

interface Look {
  label: string;
  domain: [number, number];
  colour: string; // full for the token that came, pale for the others
}

function drawBars(Plot: typeof PlotModule, bars: Bar[], width: number, look: Look) {
  const { label, domain, colour } = look;
  const listed = bars.map(({ token, value }) => `${token} ${value.toFixed(3)}`).join(", ");
  return Plot.plot({
    ariaLabel: `${label.slice(2)}: ${listed}`,
    width,
    height: domain[0] < 0 ? 230 : 170,
    marginLeft: 44,
    marginRight: 8,
    marginTop: 30,
    marginBottom: 28,
    style: plotStyle,
    x: { label: null, tickSize: 0, padding: 0.25, domain: bars.map(({ token }) => token) },
    y: { label, domain, grid: true, ticks: 4 },
    marks: [
      Plot.barY(bars, {
        x: "token",
        y: "value",
        fill: colour,
        fillOpacity: ({ isTarget }: Bar) => (isTarget ? 1 : 0.4),
      }),
      Plot.ruleY([0], { stroke: "var(--line-strong)" }),
      ...[true, false].map((up) =>
        Plot.text(
          bars.filter(({ value }) => value >= 0 === up),
          {
            x: "token",
            y: "value",
            text: ({ value }: Bar) => value.toFixed(width < 420 ? 2 : 3).replace("-", "\u2212"),
            dy: up ? -8 : 9,
            fill: "var(--ink)",
          },
        ),
      ),
    ],
  });
}

function softmax(logits: number[]): number[] {
  const max = Math.max(...logits);
  const e = logits.map((z) => Math.exp(z - max));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}

function names(values: Exports, name: string): string[] {
  const value = values[name];
  if (Array.isArray(value) && value.length >= 2 && value.every((x) => typeof x === "string")) {
    if (new Set(value).size === value.length) return value;
  }
  throw new TypeError(`the figure needs \`export const ${name}\`, an array of different words`);
}

function makeChoice(text: string, tokens: string[], chosen: number) {
  const select = document.createElement("select");
  select.append(...tokens.map((token) => new Option(token)));
  select.selectedIndex = chosen;
  Object.assign(select.style, { font: "inherit", padding: "0.15rem 0.3rem" });
  return { label: labelled(text, select), select };
}
