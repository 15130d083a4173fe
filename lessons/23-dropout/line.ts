// The line that the derivation leaves to the reader: the variance that dropout adds.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\operatorname{Var}(y)`,
  symbols: { x: "$x$, the input", p: "$p$, the probability of being dropped" },
  right: "x^2 * p / (1 - p)",
  measuredBy: "the mean of the squared distances of both outcomes from x",
  point: (draw) => {
    const x = draw();
    const p = 0.1 + 0.2 * Math.abs(draw()); // from 0.1 to 0.5
    return { values: { x, p }, measured: p * x ** 2 + (1 - p) * (x / (1 - p) - x) ** 2 };
  },
  mistakes: [
    {
      wrong: "x^2 / (1 - p)",
      says: "That is the mean of y squared. The square of the mean, x squared, still has to be taken off.",
    },
    {
      wrong: "x^2 * p",
      says: "What is kept is off as well: it is larger than x. Take x squared off x squared over 1 - p.",
    },
    { wrong: "x * p / (1 - p)", says: "A variance has the square of x in it." },
    {
      wrong: "x^2 * p * (1 - p)",
      says: "That is the variance of x m, without the scale. The scale is squared in it.",
    },
    {
      wrong: "x^2 * (1 - p) / p",
      says: "p and 1 - p have changed places: with p = 0 nothing is random.",
    },
    { wrong: "0", says: "The mean of y is x, but y itself is never x." },
  ],
};
