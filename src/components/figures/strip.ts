// From (b, t, i) to an offset: the tensor as B blocks of T rows of C, and the same numbers as the one strip they are in
// memory. Three sliders choose the element.

import type * as PlotModule from "@observablehq/plot";
import { type Exports, integer, type Space } from "./exports.ts";

const most = 96; // elements; more would be too small to read

/**
 * @param values the run's exports: the sizes B, T, C, and b, t, i, the element to begin with
 * @throws TypeError if one of them is missing, not a whole number, or out of range
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const [B, T, C] = ["B", "T", "C"].map((name) => integer(values, name, 1, most));
  if (B * T * C > most) {
    throw new TypeError(`the figure has room for B*T*C = ${most} elements, not for ${B * T * C}`);
  }
  const at = {
    b: integer(values, "b", 0, B - 1),
    t: integer(values, "t", 0, T - 1),
    i: integer(values, "i", 0, C - 1),
  };
  const elements = Array.from({ length: B * T * C }, (_, offset) => ({
    offset,
    b: Math.floor(offset / (T * C)),
    t: Math.floor(offset / C) % T,
    i: offset % C,
  }));
  type Cell = (typeof elements)[number];

  const kind = ({ b, t, i }: Cell) =>
    b !== at.b || t !== at.t ? "other" : i === at.i ? "element" : "row";
  const marks = (x: "i" | "offset", y?: "t", labels = true) => [
    Plot.cell(elements, { x, y, fx: y && "b", fill: kind, stroke: "var(--paper)", inset: 0 }),
    labels &&
      Plot.text(elements, {
        x,
        y,
        fx: y && "b",
        text: "offset",
        fill: (cell: Cell) => `${kind(cell)} text`,
        fontSize: Math.min(12, (width / B / C) * 0.55),
      }),
  ];
  const color = {
    type: "ordinal" as const,
    domain: ["other", "row", "element", "other text", "row text", "element text"],
    range: [
      "var(--panel)",
      "var(--forward-tint)",
      "var(--forward)",
      "var(--ink-soft)",
      "var(--ink)",
      "var(--on-ink)",
    ],
  };
  const style = { background: "none", fontSize: "12px" };

  const plots = document.createElement("div");
  const formula = document.createElement("p");
  formula.className = "figure-formula";
  formula.setAttribute("aria-live", "polite");

  const update = () => {
    const { b, t, i } = at;
    const offset = (b * T + t) * C + i;
    formula.textContent = `(b*T + t)*C + i = (${b}*${T} + ${t})*${C} + ${i} = ${offset}`;
    plots.replaceChildren(
      Plot.plot({
        ariaLabel: `The tensor as ${B} blocks of ${T} rows of ${C}; element (${b}, ${t}, ${i}) is number ${offset}`,
        width,
        height: 70 + 26 * T,
        marginLeft: 32,
        style,
        color,
        fx: { tickFormat: (block: number) => `b = ${block}`, label: null, padding: 0.08 },
        x: { label: "i", axis: "bottom", tickSize: 0, ticks: C },
        y: { label: "t", tickSize: 0 },
        marks: marks("i", "t"),
      }),
      Plot.plot({
        ariaLabel: `The same as one strip of ${elements.length} numbers; number ${offset} is marked`,
        width,
        height: 62,
        marginLeft: 32,
        marginTop: 8,
        style,
        color,
        x: {
          label: "offset in memory",
          tickSize: 4,
          tickValues: undefined,
          ticks: elements.filter((cell) => cell.i === 0).map((cell) => cell.offset),
        },
        marks: marks("offset", undefined, false),
      }),
    );
  };

  const sliders = document.createElement("div");
  sliders.className = "figure-sliders";
  for (const [name, size] of Object.entries({ b: B, t: T, i: C }) as ["b" | "t" | "i", number][]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: size - 1, step: 1, value: at[name] });
    input.addEventListener("input", () => {
      at[name] = input.valueAsNumber;
      update();
    });
    label.append(`${name} `, input);
    sliders.append(label);
  }

  update();
  const figure = document.createElement("div");
  figure.append(plots, sliders, formula);
  return figure;
}
