// The reader's text as GPT-2's tokens, each with its id. The vocabulary is loaded when the figure is drawn: half a megabyte,
// and nothing else in a lesson needs it.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, type Space, string } from "../../../src/figures/exports.ts";

const longest = 600; // characters

let typed: string | undefined; // outlives a new drawing, as when the window changes its width

/**
 * @param values the run's exports: text, what to begin with
 * @throws TypeError if it is missing or no text
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const input = document.createElement("textarea");
  const text = typed ?? string(values, "text").slice(0, longest);
  Object.assign(input, { value: text, rows: 3, maxLength: longest, spellcheck: false });
  Object.assign(input.style, { inlineSize: "100%", fontFamily: "var(--mono)" });
  const sentence = document.createElement("p");
  sentence.setAttribute("aria-live", "polite");
  sentence.style.fontSize = "var(--size-small)";
  sentence.textContent = "Loading GPT-2's vocabulary.";
  const list = document.createElement("div");
  Object.assign(list.style, { display: "flex", flexWrap: "wrap", gap: "0.4rem 0.15rem" });
  const plot = document.createElement("div");
  plot.append(drawCounts(Plot, [0, 0, 0], width));

  import("../../../src/figures/tokenizer.ts").then(
    ({ tokensOf }) => {
      const update = () => {
        const tokens = tokensOf(input.value);
        const characters = [...input.value].length;
        const bytes = new TextEncoder().encode(input.value).length;
        list.replaceChildren(...tokens.map(({ text, id }, k) => makeToken(text, id, k)));
        plot.replaceChildren(drawCounts(Plot, [characters, bytes, tokens.length], width));
        const ratio = tokens.length > 0 ? (bytes / tokens.length).toFixed(1) : "0";
        sentence.textContent = `${tokens.length} tokens, ${ratio} bytes to a token.`;
      };
      input.addEventListener("input", () => {
        typed = input.value;
        update();
      });
      update();
    },
    (error: Error) => {
      sentence.textContent = `GPT-2's vocabulary could not be loaded: ${error.message}. Reload the page when the connection is back.`;
    },
  );

  const label = document.createElement("label");
  label.append("Your text", input);
  const figure = document.createElement("div");
  Object.assign(figure.style, { display: "grid", gap: "0.8rem" });
  figure.append(label, sentence, list, plot);
  return figure;
}

function makeToken(text: string, id: number, k: number): HTMLElement {
  const token = document.createElement("span");
  Object.assign(token.style, {
    display: "inline-grid",
    justifyItems: "center",
    padding: "0.1rem 0.25rem",
    borderRadius: "var(--radius)",
    fontFamily: "var(--mono)",
    fontVariantLigatures: "none",
    background: k % 2 === 0 ? "var(--forward-tint)" : "var(--line)",
    color: "var(--ink)",
    maxInlineSize: "100%",
    overflowWrap: "anywhere",
  });
  const shown = document.createElement("span");
  shown.textContent = text.replaceAll(" ", "␣").replaceAll("\n", "↵").replaceAll("\t", "⇥");
  const number = document.createElement("span");
  number.className = "label";
  number.textContent = String(id);
  number.style.color = "var(--ink)";
  token.append(shown, number);
  return token;
}

/** How long the text is, counted in three ways. */
function drawCounts(Plot: typeof PlotModule, counts: [number, number, number], width: number) {
  const bars = ["characters", "bytes", "tokens"].map((name, k) => ({ name, count: counts[k] }));
  return Plot.plot({
    ariaLabel: `${bars.map(({ name, count }) => `${count} ${name}`).join(", ")}`,
    width,
    height: 92,
    marginLeft: 84,
    marginRight: 44,
    marginTop: 4,
    marginBottom: 4,
    style: plotStyle,
    x: { axis: null, domain: [0, Math.max(1, ...counts)] },
    y: { label: null, tickSize: 0, domain: bars.map(({ name }) => name), padding: 0.25 },
    marks: [
      Plot.barX(bars, {
        x: "count",
        y: "name",
        fill: {
          value: ({ name }) => (name === "tokens" ? "var(--forward)" : "var(--line-strong)"),
          scale: null,
        },
      }),
      Plot.text(bars, { x: "count", y: "name", text: "count", dx: 8, textAnchor: "start" }),
    ],
  });
}
