// The line that the derivation leaves to the reader: from the weights to a score.

import { type Line, slopeOf, softmax } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial s_{t,t_2}}`,
  symbols: {
    a: "$a_{t,t_2}$",
    g: "$g_{t,t_2}$",
    m: String.raw`the sum of the row, $\sum_{t_3} a_{t,t_3} \, g_{t,t_3}$`,
  },
  right: "a * (g - m)",
  measuredBy: "a finite difference of softmax",
  point: (draw) => {
    const scores = [draw(), draw(), draw()];
    const g = [draw(), draw(), draw()];
    const loss = (s: number) =>
      softmax([s, ...scores.slice(1)]).reduce((sum, a, k) => sum + a * g[k], 0);
    const weights = softmax(scores);
    const m = weights.reduce((sum, a, k) => sum + a * g[k], 0);
    return { values: { a: weights[0], g: g[0], m }, measured: slopeOf(loss, scores[0]) };
  },
  mistakes: [
    {
      wrong: "a * g",
      says: "The second part is missing: a score takes from the other weights what it gives to its own.",
    },
    {
      wrong: "a * (g + m)",
      says: "The second part is taken away: what one weight gains, the others lose.",
    },
    {
      wrong: "a * g - m",
      says: "The factor a belongs to both parts. Is there a pair of brackets missing?",
    },
    { wrong: "g - m", says: "The factor a is missing: a weight of 0 does not move." },
    {
      wrong: "a * (1 - a) * g",
      says: "This is the path through the score's own weight alone. The score reaches the loss through every weight of its row.",
    },
  ],
};
