// From (b, t, i) to an offset: the tensor as B blocks of T rows of C, and the same numbers as the one strip that they are
// in memory. Three sliders choose the element.

import type * as PlotModule from "@observablehq/plot";
import {
  code,
  labelled,
  makeReadout,
  makeSlider,
  plotStyle,
  row,
  stack,
} from "../../../src/figures/controls.ts";
import { type Exports, integer, type Space } from "../../../src/figures/exports.ts";

const most = 96; // elements; more would be too small to read

type Index = "b" | "t" | "i";
type Place = Record<Index, number>;
interface Sizes {
  B: number;
  T: number;
  C: number;
}
interface Element extends Place {
  offset: number;
}

/**
 * @param values the run's exports: the sizes B, T, C, and b, t, i, the element to begin with
 * @throws TypeError if one of them is missing, not a whole number, or out of range
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): HTMLElement {
  const size = (name: string) => integer(values, name, 1, most);
  const sizes = { B: size("B"), T: size("T"), C: size("C") };
  const { B, T, C } = sizes;
  if (B * T * C > most) {
    throw new TypeError(`the figure has room for B*T*C = ${most} elements, not for ${B * T * C}`);
  }
  const at = {
    b: integer(values, "b", 0, B - 1),
    t: integer(values, "t", 0, T - 1),
    i: integer(values, "i", 0, C - 1),
  };

  const plots = document.createElement("div");
  const formula = makeReadout();
  const update = () => {
    const { b, t, i } = at;
    const offset = (b * T + t) * C + i;
    formula.textContent = `(b*T + t)*C + i = (${b}*${T} + ${t})*${C} + ${i} = ${offset}`;
    plots.replaceChildren(drawBlocks(Plot, sizes, at, width), drawStrip(Plot, sizes, at, width));
  };
  update();

  const slider = (name: Index, size: number) => {
    const onMove = (value: number) => {
      at[name] = value;
      update();
    };
    return labelled(code(name), makeSlider({ max: size - 1, value: at[name] }, onMove));
  };
  return stack(row(slider("b", B), slider("t", T), slider("i", C)), formula, plots);
}

/** The tensor as one thinks of it: B blocks beside each other, each of T rows. */
function drawBlocks(Plot: typeof PlotModule, sizes: Sizes, at: Place, width: number) {
  const elements = listElements(sizes);
  const { B, T, C } = sizes;
  return Plot.plot({
    ariaLabel: `The tensor as ${B} blocks of ${T} rows of ${C}, with the offset of each element`,
    width,
    height: 76 + 28 * T,
    marginLeft: 44,
    marginRight: 4,
    marginBottom: 44,
    style: plotStyle,
    fx: { tickFormat: (b: number) => `b = ${b}`, label: null, padding: 0.06 },
    x: { label: "i", labelOffset: 30, tickSize: 0, padding: 0 },
    y: { label: null, tickFormat: (t: number) => `t = ${t}`, tickSize: 0, padding: 0 },
    marks: [
      Plot.cell(elements, { fx: "b", x: "i", y: "t", fill: colour(at, fills), ...border }),
      Plot.text(elements, {
        fx: "b",
        x: "i",
        y: "t",
        text: "offset",
        fill: colour(at, inks),
      }),
    ],
  });
}

/** The same elements as they are in memory. */
function drawStrip(Plot: typeof PlotModule, sizes: Sizes, at: Place, width: number) {
  const elements = listElements(sizes);
  return Plot.plot({
    ariaLabel: `The same ${elements.length} numbers as one strip`,
    width,
    height: 76,
    marginLeft: 44,
    marginRight: 4,
    marginTop: 4,
    marginBottom: 44,
    style: plotStyle,
    x: {
      label: "offset in memory",
      labelOffset: 36,
      ticks: elements.filter(({ i }) => i === 0).map(({ offset }) => offset),
      padding: 0,
    },
    marks: [Plot.cell(elements, { x: "offset", fill: colour(at, fills), ...border })],
  });
}

function listElements({ B, T, C }: Sizes): Element[] {
  return Array.from({ length: B * T * C }, (_, offset) => ({
    offset,
    b: Math.floor(offset / (T * C)),
    t: Math.floor(offset / C) % T,
    i: offset % C,
  }));
}

// The chosen element, the others of its row, and the rest.
const fills = { element: "var(--forward)", row: "var(--forward-tint)", other: "var(--panel)" };
const inks = { element: "var(--on-ink)", row: "var(--ink)", other: "var(--ink-soft)" };
const border = { stroke: "var(--line-strong)", strokeWidth: 0.5, inset: 0 };

function colour(at: Place, colours: typeof fills) {
  const value = ({ b, t, i }: Element) => {
    if (b !== at.b || t !== at.t) return colours.other;
    return i === at.i ? colours.element : colours.row;
  };
  return { value, scale: null };
}
