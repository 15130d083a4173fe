// The line that the derivation leaves to the reader: the two paths added up.

import { type Line, slopeOf } from "../../src/lines/line.ts";

const mean = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0) / row.length;

/** The row divided by the root of its mean square, and one over that root. */
function normalise(row: readonly number[]): { norm: number[]; r: number } {
  const r = 1 / Math.sqrt(mean(row.map((x) => x * x)) + 1e-5);
  return { norm: row.map((x) => x * r), r };
}

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial x_i}`,
  symbols: {
    r: "$r$, one over the root of the row's mean square",
    g: "$g_i$",
    xhat: String.raw`$\hat{x}_i$`,
    mean_gx: String.raw`$\operatorname{mean}(g \, \hat{x})$`,
    mean_g: String.raw`$\operatorname{mean}(g)$, should you need it`,
  },
  right: "r * (g - xhat * mean_gx)",
  measuredBy: "a finite difference of the forward pass",
  point: (draw) => {
    const row = [draw(), draw(), draw(), draw() + 3]; // never four zeros
    const g = [draw(), draw(), draw(), draw()];
    const { norm, r } = normalise(row);
    const loss = (x: number) => {
      const moved = normalise([x, ...row.slice(1)]).norm;
      return moved.reduce((sum, one, j) => sum + g[j] * one, 0);
    };
    const mean_gx = mean(g.map((one, j) => one * norm[j]));
    const values = { r, g: g[0], xhat: norm[0], mean_gx, mean_g: mean(g) };
    return { values, measured: slopeOf(loss, row[0]) };
  },
  mistakes: [
    {
      wrong: "r * (g - mean_g - xhat * mean_gx)",
      says: "That is LayerNorm's. Here no mean is subtracted, so there is no path through one.",
    },
    {
      wrong: "r * g",
      says: "This is the straight path alone. The path through r is missing: step 8.",
    },
    {
      wrong: "r * (g - mean_g)",
      says: "The path through r is missing, and there is none through a mean.",
    },
    {
      wrong: "r * (g + xhat * mean_gx)",
      says: "The path through r has the wrong sign: step 6.",
    },
    {
      wrong: "r * (g - mean_gx)",
      says: "In the path through r each input counts by its own size: the factor xhat is missing.",
    },
    { wrong: "g - xhat * mean_gx", says: "Both paths have the factor r in front." },
    {
      wrong: "r * g - xhat * mean_gx",
      says: "The factor r is in both paths, so it multiplies the whole bracket.",
    },
  ],
};
