// Where each token takes from: the weights of one head as a map, token by token, and below it what all heads add to the
// vector of the chosen token. The head is chosen with radio buttons, the token with a slider or by pointing at its row.

import type * as PlotModule from "@observablehq/plot";
import {
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const most = 12; // tokens; more would be too small to read

interface Layer {
  tokens: string[];
  channels: string[];
  heads: string[];
  att: number[]; // (NH, T, T)
  contributions: number[]; // (NH, T, C)
  attproj: number[]; // (T, C)
}

interface Chosen {
  head: number;
  token: number;
}

/**
 * @param values the run's exports: tokens, channels and heads, the names of T, C and NH; att (NH, T, T), contributions
 *   (NH, T, C) and attproj (T, C)
 * @throws TypeError if one of them is missing or has another length
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const layer = readLayer(values);
  const { tokens, heads } = layer;
  const chosen: Chosen = {
    head: Math.min(1, heads.length - 1),
    token: Math.floor(tokens.length / 2),
  };

  const map = document.createElement("div");
  const sentence = makeReadout(2, "text");
  const sum = document.createElement("div");

  const token = makeSlider({ max: tokens.length - 1 }, (value) => {
    chosen.token = value;
    update();
  });
  const update = () => {
    token.valueAsNumber = chosen.token;
    token.setAttribute("aria-valuetext", tokens[chosen.token]);
    map.replaceChildren(drawMap(Plot, layer, chosen, width));
    sentence.textContent = describe(layer, chosen);
    sum.replaceChildren(drawSum(Plot, layer, chosen, width));
  };

  for (const event of ["pointermove", "pointerdown"] as const) {
    map.addEventListener(event, ({ clientY }) => {
      const { top } = map.getBoundingClientRect();
      const at = Math.floor((clientY - top - margins.marginTop) / rowHeight);
      if (at < 0 || at >= tokens.length || at === chosen.token) return;
      chosen.token = at;
      update();
    });
  }

  update();
  const controls = stack(
    chooseHead(heads, chosen, update),
    labelled("the token that looks", token),
  );
  return stack(controls, map, sentence, sum);
}

function readLayer(values: Exports): Layer {
  const layer = {
    tokens: strings(values, "tokens"),
    channels: strings(values, "channels"),
    heads: strings(values, "heads"),
    att: numbers(values, "att"),
    contributions: numbers(values, "contributions"),
    attproj: numbers(values, "attproj"),
  };
  const [T, C, NH] = [layer.tokens.length, layer.channels.length, layer.heads.length];
  if (T > most) throw new TypeError(`the figure has room for ${most} tokens, not for ${T}`);
  const lengths = { att: NH * T * T, contributions: NH * T * C, attproj: T * C };
  for (const [name, length] of Object.entries(lengths)) {
    const found = layer[name as keyof typeof lengths].length;
    if (found !== length) {
      throw new TypeError(`the figure needs ${length} values of ${name}, not ${found}`);
    }
  }
  return layer;
}

function strings(values: Exports, name: string): string[] {
  const value = values[name];
  if (Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === "string")) {
    return value;
  }
  throw new TypeError(`the figure needs \`export const ${name}\`, a list of names`);
}

const margins = { marginTop: 58, marginLeft: 74, marginRight: 22, marginBottom: 4 };
const rowHeight = 32;

/** Row t, column t2: the weight of token t2 for token t. Above the diagonal nothing is seen. */
function drawMap(Plot: typeof PlotModule, layer: Layer, { head, token }: Chosen, width: number) {
  const { tokens, att } = layer;
  const T = tokens.length;
  const cells = Array.from({ length: T * T }, (_, at) => {
    const [t, t2] = [Math.floor(at / T), at % T];
    return { t, t2, weight: att[head * T * T + at], seen: t2 <= t };
  });
  const seen = cells.filter((cell) => cell.seen);
  const name = (t: number) => tokens[t];
  const wide = (Math.min(width, 560) - margins.marginLeft - margins.marginRight) / T; // of a cell
  return Plot.plot({
    ariaLabel: `Weights of head ${head}: one row for each token, one column for each token that it may look at`,
    width: Math.min(width, 560),
    height: margins.marginTop + margins.marginBottom + rowHeight * T,
    ...margins,
    style: plotStyle,
    x: { axis: "top", label: null, tickFormat: name, tickRotate: -40, tickSize: 0, padding: 0 },
    y: { label: null, tickFormat: name, tickSize: 0, padding: 0 },
    marks: [
      Plot.cell(cells, { x: "t2", y: "t", fill: "var(--panel)", stroke: "var(--line)" }),
      Plot.cell(seen, {
        x: "t2",
        y: "t",
        fill: "var(--forward)",
        fillOpacity: { value: "weight", scale: null },
        stroke: "var(--line)",
      }),
      Plot.text(seen, {
        x: "t2",
        y: "t",
        text: ({ weight }) => weight.toFixed(2).replace(/^0/, ""),
        fill: {
          value: ({ weight }) => (weight > 0.5 ? "var(--on-ink)" : "var(--ink)"),
          scale: null,
        },
        fontSize: wide < 32 ? 12 : 13,
      }),
      Plot.cell(
        seen.filter(({ t }) => t === token),
        { x: "t2", y: "t", fill: "none", stroke: "var(--ink)", strokeWidth: 1.5 },
      ),
    ],
  });
}

/** What each head adds to each channel of the token, and the sum. */
function drawSum(Plot: typeof PlotModule, layer: Layer, { token }: Chosen, width: number) {
  const { channels, heads, tokens, contributions, attproj } = layer;
  const [T, C] = [tokens.length, channels.length];
  const rows = [...heads.map((_, h) => `head ${h}`), "the sum"];
  const cells = rows.flatMap((row, h) =>
    channels.map((channel, i) => ({
      row,
      channel,
      value: h < heads.length ? contributions[(h * T + token) * C + i] : attproj[token * C + i],
    })),
  );
  return Plot.plot({
    ariaLabel: `What the heads add to the vector of the token ${tokens[token]}, channel by channel`,
    width: Math.min(width, 560),
    height: 80 + 28 * rows.length,
    marginTop: 76,
    marginLeft: 74,
    marginRight: 22,
    marginBottom: 4,
    style: plotStyle,
    x: { axis: "top", label: null, domain: channels, tickRotate: -40, tickSize: 0, padding: 0 },
    y: { label: null, domain: rows, tickSize: 0, padding: 0 },
    marks: [
      Plot.cell(cells, {
        x: "channel",
        y: "row",
        fill: "var(--forward)",
        fillOpacity: { value: ({ value }) => Math.min(1, 0.8 * Math.abs(value)), scale: null },
        stroke: "var(--line)",
      }),
      Plot.text(cells, {
        x: "channel",
        y: "row",
        text: ({ value }) => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2)),
        fill: {
          value: ({ value }) => (Math.abs(value) > 0.62 ? "var(--on-ink)" : "var(--ink)"),
          scale: null,
        },
      }),
    ],
  });
}

/** “it” takes 0.90 from “dog”, 0.03 from “The” and 0.07 from 3 others. */
function describe({ tokens, att }: Layer, { head, token }: Chosen): string {
  const T = tokens.length;
  const row = (head * T + token) * T;
  const weights = tokens
    .slice(0, token + 1)
    .map((name, t2) => ({ name: t2 === token ? "itself" : `“${name}”`, weight: att[row + t2] }))
    .toSorted((a, b) => b.weight - a.weight);
  const named = weights.slice(0, 3).map(({ name, weight }) => `${weight.toFixed(2)} from ${name}`);
  const rest = weights.slice(3);
  if (rest.length > 0) {
    const left = rest.reduce((sum, { weight }) => sum + weight, 0);
    named.push(
      `${left.toFixed(2)} from ${rest.length === 1 ? "one more" : `${rest.length} others`}`,
    );
  }
  return `Head ${head}: “${tokens[token]}” takes ${named.join(", ")}.`;
}

function chooseHead(heads: string[], chosen: Chosen, update: () => void): HTMLElement {
  const group = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = "head";
  const buttons = row();
  const name = `head-${Math.random().toString(36).slice(2)}`; // other figures on the page have groups of their own
  for (const [h, text] of heads.entries()) {
    const button = document.createElement("input");
    Object.assign(button, { type: "radio", name, checked: h === chosen.head });
    button.addEventListener("change", () => {
      chosen.head = h;
      update();
    });
    buttons.append(labelled(button, `${h}: ${text}`));
  }
  group.append(legend, buttons);
  return group;
}
