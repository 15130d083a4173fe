// The line that the derivation leaves to the reader: the gradient of the whole batch from those of two unequal parts.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: "g",
  symbols: {
    n_0: "$n_0$, tokens in the first part",
    n_1: "$n_1$, tokens in the second part",
    g_0: "$g_0$, the first part's own mean gradient",
    g_1: "$g_1$, the second part's own mean gradient",
  },
  right: "(n_0 * g_0 + n_1 * g_1) / (n_0 + n_1)",
  measuredBy: "the mean over all tokens one by one",
  point: (draw) => {
    const part = () =>
      Array.from({ length: 1 + Math.floor(3 * Math.abs(draw())) }, () => 3 * draw());
    const [first, second] = [part(), part()];
    if (first.length === second.length) second.push(4 + draw()); // they are unequal
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    const values = { n_0: first.length, n_1: second.length, g_0: mean(first), g_1: mean(second) };
    return { values, measured: mean([...first, ...second]) };
  },
  mistakes: [
    {
      wrong: "(g_0 + g_1) / 2",
      says: "That is the mean of the means: it would be right if the parts were equal.",
    },
    {
      wrong: "g_0 + g_1",
      says: "The means are added as they are. How much of the batch is each part?",
    },
    {
      wrong: "n_0 * g_0 + n_1 * g_1",
      says: "That is the sum over all tokens. It still has to be divided by how many there are.",
    },
    {
      wrong: "(n_0 * g_0 + n_1 * g_1) / 2",
      says: "The sum over all tokens is right. Divide it by the number of tokens, not of parts.",
    },
    {
      wrong: "(n_1 * g_0 + n_0 * g_1) / (n_0 + n_1)",
      says: "The counts have changed places: each mean goes with the count of its own part.",
    },
    {
      wrong: "(g_0 + g_1) / (n_0 + n_1)",
      says: "g_0 and g_1 are means already: times n_0 and n_1 they are sums again.",
    },
    {
      wrong: "g_0 / n_0 + g_1 / n_1",
      says: "g_0 is a mean already, and is divided by its count once more.",
    },
  ],
};
