// The line that the derivation leaves to the reader: the variance of an answer that is right or wrong.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\operatorname{Var}(x)`,
  symbols: { p: "$p$, the share of answers that are right" },
  right: "p * (1 - p)",
  measuredBy: "the mean squared deviation of a thousand answers",
  point: (draw) => {
    const right = 100 + Math.floor(700 / (1 + Math.exp(-draw()))); // of a thousand
    const answers = Array.from({ length: 1000 }, (_, i) => (i < right ? 1 : 0));
    const p = right / 1000;
    const squares = answers.reduce<number>((sum, x) => sum + (x - p) ** 2, 0);
    return { values: { p }, measured: squares / 1000 };
  },
  mistakes: [
    {
      wrong: "p",
      says: "That is the mean of x, and of its square. The square of the mean goes off.",
    },
    { wrong: "p^2", says: "That is the square of the mean alone. The mean of the squares is p." },
    {
      wrong: "1 - p",
      says: "That is how often x is 0. Take the mean of the squares, less the square of the mean.",
    },
    { wrong: "sqrt(p * (1 - p))", says: "That is its root, the standard deviation." },
    { wrong: "p * (1 + p)", says: "The square of the mean is taken off, not added." },
    { wrong: "p^2 - p", says: "The other way round: no variance is below 0." },
  ],
};
