// The table of all derivatives of some probabilities with respect to all scores, each cell in the colour of its sign.

import type * as PlotModule from "@observablehq/plot";
import { plotStyle } from "../../../src/figures/controls.ts";
import { type Exports, numbers, type Space } from "../../../src/figures/exports.ts";

const most = 10; // rows; more could not be read
const strongest = 45; // percent of the colour in the largest cell: the number in it has to be read

interface Entry {
  i: number;
  j: number;
  value: number;
}

/**
 * @param values the run's exports: probs (V), and jacobian (V, V), row by row
 * @throws TypeError if one of them is missing, or the table is not as wide and high as probs is long
 */
export function draw(values: Exports, Plot: typeof PlotModule, { width }: Space): Element {
  const probs = numbers(values, "probs");
  const jacobian = numbers(values, "jacobian");
  const V = probs.length;
  if (V === 0 || V > most || jacobian.length !== V * V) {
    throw new TypeError(
      `the figure needs from 1 to ${most} numbers in probs, and V * V in jacobian`,
    );
  }
  const entries = jacobian.map((value, k): Entry => ({ i: Math.floor(k / V), j: k % V, value }));
  const largest = Math.max(...jacobian.map(Math.abs));
  const colour = ({ value }: Entry) => {
    const share = largest === 0 ? 0 : Math.round((strongest * Math.abs(value)) / largest);
    const sign = value > 0 ? "var(--mark-3)" : "var(--mark-5)";
    return `color-mix(in oklab, ${sign} ${share}%, var(--panel))`;
  };
  const digits = width < 500 ? 3 : 4;

  return Plot.plot({
    ariaLabel: "The derivative of each probability with respect to each score",
    width: Math.min(width, 560),
    height: 64 + 40 * V,
    marginLeft: width < 500 ? 84 : 110,
    marginRight: 4,
    marginTop: 40,
    marginBottom: 8,
    style: plotStyle,
    x: {
      axis: "top",
      label: null,
      tickFormat: (j: number) => `z${subscript(j)}`,
      tickSize: 0,
      padding: 0.04,
    },
    y: {
      label: null,
      tickFormat: (i: number) => `p${subscript(i)} = ${probs[i].toFixed(digits)}`,
      tickSize: 0,
      padding: 0.04,
    },
    marks: [
      Plot.cell(entries, { x: "j", y: "i", fill: { value: colour, scale: null } as never }),
      Plot.text(entries, {
        x: "j",
        y: "i",
        text: ({ value }: Entry) => value.toFixed(digits).replace("-", "\u2212"),
        fontSize: width < 500 ? 12 : 13,
        fill: "var(--ink)",
      }),
    ],
  });
}

/** As in the formulas, counted from 0. */
const subscript = (index: number): string =>
  String(index).replaceAll(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
