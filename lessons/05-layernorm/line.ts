// The line that the derivation leaves to the reader: the three paths added up.

import { type Line, slopeOf } from "../../src/lines/line.ts";

const mean = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0) / row.length;

/** The normalised row, and one over its deviation. */
function normalise(row: readonly number[]): { norm: number[]; r: number } {
  const mu = mean(row);
  const r = 1 / Math.sqrt(mean(row.map((x) => (x - mu) ** 2)) + 1e-5);
  return { norm: row.map((x) => (x - mu) * r), r };
}

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial x_i}`,
  symbols: {
    r: "$r$, one over the deviation of the row",
    g: "$g_i$",
    mean_g: String.raw`$\operatorname{mean}(g)$`,
    xhat: String.raw`$\hat{x}_i$`,
    mean_gx: String.raw`$\operatorname{mean}(g \, \hat{x})$`,
  },
  right: "r * (g - mean_g - xhat * mean_gx)",
  measuredBy: "a finite difference of the forward pass",
  point: (draw) => {
    const row = [draw(), draw(), draw(), draw() + 3]; // never four equal ones
    const g = [draw(), draw(), draw(), draw()];
    const { norm, r } = normalise(row);
    const loss = (x: number) => {
      const moved = normalise([x, ...row.slice(1)]).norm;
      return moved.reduce((sum, one, j) => sum + g[j] * one, 0);
    };
    const mean_gx = mean(g.map((one, j) => one * norm[j]));
    const values = { r, g: g[0], mean_g: mean(g), xhat: norm[0], mean_gx };
    return { values, measured: slopeOf(loss, row[0]) };
  },
  mistakes: [
    {
      wrong: "r * g",
      says: "This is the straight path alone. The paths through the mean and through r are missing.",
    },
    { wrong: "r * (g - mean_g)", says: "The path through r is missing: step 11." },
    { wrong: "r * (g - xhat * mean_gx)", says: "The path through the mean is missing: step 7." },
    {
      wrong: "r * (g + mean_g + xhat * mean_gx)",
      says: "Both paths through the row's own statistics are taken away, not added.",
    },
    {
      wrong: "r * (g - mean_g + xhat * mean_gx)",
      says: "The path through r has the wrong sign: step 11.",
    },
    {
      wrong: "r * (g - mean_g - mean_gx)",
      says: "In the path through r each input counts by how far from the mean it is: the factor xhat is missing.",
    },
    { wrong: "g - mean_g - xhat * mean_gx", says: "All three paths have the factor r in front." },
  ],
};
