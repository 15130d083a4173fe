// What temperature, top-k and top-p leave of a distribution, and which token a number u draws from it: bars, and below them
// the line from 0 to 1, cut into a piece for each token. Four sliders.

import type * as PlotModule from "@observablehq/plot";
import { makeReadout, makeSlider, plotStyle, stack } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const most = 40; // tokens; more would be too many bars

interface Settings {
  temperature: number;
  topK: number;
  topP: number;
  u: number;
}

/** A token, the likeliest first. */
export interface Share {
  id: number;
  before: number; // its probability at the temperature
  after: number; // what top-k and top-p leave of it: 0, or its part of what is kept
}

/**
 * @param values the run's exports: tokens, their names, and logits, one for each
 * @throws TypeError if one of them is missing or they differ in length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const tokens = values.tokens;
  if (!Array.isArray(tokens) || !tokens.every((name) => typeof name === "string")) {
    throw new TypeError("the figure needs `export const tokens`, a list of names");
  }
  const logits = numbers(values, "logits");
  const V = tokens.length;
  if (V === 0 || V > most || logits.length !== V) {
    throw new TypeError(`the figure needs 1 to ${most} tokens and one logit for each`);
  }

  const settings: Settings = { temperature: 1, topK: V, topP: 1, u: 0.5 };
  const sentence = makeReadout(2, "text");
  const plots = document.createElement("div");
  const update = () => {
    const shares = shareOut(logits, settings);
    sentence.textContent = describe(tokens, shares, settings);
    plots.replaceChildren(
      drawBars(Plot, tokens, shares, width),
      drawLine(Plot, tokens, shares, settings.u, width),
    );
  };

  const controls = document.createElement("div");
  Object.assign(controls.style, {
    display: "grid",
    gridTemplateColumns: "max-content minmax(0, 16rem) 3rem",
    gap: "0.4rem 0.75rem",
    alignItems: "center",
    fontSize: "var(--size-small)",
  });
  controls.append(
    ...makeSetting("temperature", settings, "temperature", [0.1, 3, 0.1], update),
    ...makeSetting("top-k", settings, "topK", [1, V, 1], update),
    ...makeSetting("top-p", settings, "topP", [0.05, 1, 0.05], update),
    ...makeSetting("u", settings, "u", [0, 0.99, 0.01], update),
  );
  update();
  return stack(controls, sentence, plots);
}

/** The tokens with their probabilities, as sampleToken draws them. The temperature is above 0. */
export function shareOut(
  logits: readonly number[],
  { temperature, topK, topP }: Pick<Settings, "temperature" | "topK" | "topP">,
): Share[] {
  const ids = logits.map((_, id) => id).sort((a, b) => logits[b] - logits[a] || a - b);
  const weights = ids.map((id) => Math.exp((logits[id] - logits[ids[0]]) / temperature));
  const sum = (of: readonly number[]) => of.reduce((total, weight) => total + weight, 0);
  const total = sum(weights.slice(0, topK));
  let kept = 0;
  let reached = 0;
  while (kept < Math.min(topK, ids.length) && (topP === 1 || reached < topP * total)) {
    reached += weights[kept++];
  }
  const all = sum(weights);
  return ids.map((id, rank) => ({
    id,
    before: weights[rank] / all,
    after: rank < kept ? weights[rank] / reached : 0,
  }));
}

/** The token whose piece of the line u lies on. */
function pick(shares: readonly Share[], u: number): Share {
  const kept = shares.filter(({ after }) => after > 0);
  let end = 0;
  for (const share of kept) {
    end += share.after;
    if (end > u) return share;
  }
  return kept[kept.length - 1]; // the shares add up to 1 but for rounding
}

function describe(tokens: string[], shares: Share[], { u }: Settings): string {
  const kept = shares.filter(({ after }) => after > 0);
  const drawn = pick(shares, u);
  const probability = drawn.after.toFixed(drawn.after < 0.1 ? 3 : 2);
  const remain = kept.length === 1 ? "1 token remains" : `${kept.length} tokens remain`;
  return `${remain} of ${tokens.length}. u = ${u.toFixed(2)} draws “${tokens[drawn.id]}”, whose probability is ${probability}.`;
}

const left = 72;
const right = 44;

/** Two bars for each token: before cutting, pale, and after it. */
function drawBars(Plot: typeof PlotModule, tokens: string[], shares: Share[], width: number) {
  const name = ({ id }: Share) => tokens[id];
  const kept = shares.filter(({ after }) => after > 0);
  const cut = shares.filter(({ after }) => after === 0);
  const text = (value: number) => (value < 0.0005 ? "" : value.toFixed(3));
  return Plot.plot({
    ariaLabel: "Probability of each token before top-k and top-p, and after them",
    width: Math.min(width, 640),
    height: 44 + 16 * tokens.length,
    marginLeft: left,
    marginRight: right,
    marginTop: 4,
    marginBottom: 40,
    style: plotStyle,
    x: { label: "probability →", labelOffset: 34, grid: true, ticks: width < 500 ? 4 : 8 },
    y: { label: null, domain: shares.map(name), tickSize: 0, padding: 0.15 },
    marks: [
      Plot.barX(kept, { x: "after", y: name, fill: "var(--forward)" }),
      Plot.barX(cut, {
        x: "before",
        y: name,
        fill: "var(--forward-tint)",
        stroke: "var(--forward)",
        strokeDasharray: "2 2",
      }),
      Plot.tickX(kept, { x: "before", y: name, stroke: "var(--ink)", strokeWidth: 2 }),
      Plot.text(kept, {
        x: ({ before, after }) => Math.max(before, after),
        y: name,
        text: ({ after }) => text(after),
        textAnchor: "start",
        dx: 4,
      }),
      Plot.ruleX([0], { stroke: "var(--line-strong)" }),
    ],
  });
}

/** The line from 0 to 1, and u on it. */
function drawLine(
  Plot: typeof PlotModule,
  tokens: string[],
  shares: Share[],
  u: number,
  width: number,
) {
  const wide = Math.min(width, 640) - left - right;
  let end = 0;
  const pieces = shares
    .filter(({ after }) => after > 0)
    .map(({ id, after }, rank) => {
      end += after;
      const name = tokens[id];
      const fits = after * wide > 7 * name.length + 4;
      return { from: end - after, to: end, name: fits ? name : "", rank };
    });
  const chosen = pieces.findIndex(({ to }) => to > u);
  const isChosen = (rank: number) => rank === (chosen < 0 ? pieces.length - 1 : chosen);
  return Plot.plot({
    ariaLabel: `The line from 0 to 1, with a piece for each token that remains, and u = ${u.toFixed(2)} on it`,
    width: Math.min(width, 640),
    height: 84,
    marginLeft: left,
    marginRight: right,
    marginTop: 18,
    marginBottom: 38,
    style: plotStyle,
    x: { domain: [0, 1], label: "u →", labelOffset: 32, ticks: 5 },
    marks: [
      Plot.rectX(pieces, {
        x1: "from",
        x2: "to",
        fill: {
          value: ({ rank }) => (isChosen(rank) ? "var(--forward)" : "var(--panel)"),
          scale: null,
        },
        stroke: "var(--line-strong)",
        strokeWidth: 0.75,
      }),
      Plot.ruleX([u], { stroke: "var(--ink)", strokeWidth: 2.5, insetTop: -12 }),
      // The line may run through a name: a margin around the letters keeps them legible.
      Plot.text(pieces, {
        x: ({ from, to }) => (from + to) / 2,
        text: "name",
        stroke: {
          value: ({ rank }) => (isChosen(rank) ? "var(--forward)" : "var(--panel)"),
          scale: null,
        },
        strokeWidth: 4,
        fill: {
          value: ({ rank }) => (isChosen(rank) ? "var(--on-ink)" : "var(--ink)"),
          scale: null,
        },
      }),
    ],
  });
}

/** A label, a slider and its number. */
function makeSetting(
  text: string,
  settings: Settings,
  name: keyof Settings,
  [min, max, step]: [number, number, number],
  update: () => void,
): HTMLElement[] {
  const id = `sampling-${name}-${Math.random().toString(36).slice(2)}`;
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = text;
  const slider = makeSlider({ min, max, step, value: settings[name] }, (value) => {
    settings[name] = value;
    show();
    update();
  });
  slider.id = id;
  const number = document.createElement("output");
  number.htmlFor.add(id);
  const show = () => {
    number.textContent = settings[name].toFixed(step < 0.1 ? 2 : step < 1 ? 1 : 0);
  };
  show();
  return [label, slider, number];
}
