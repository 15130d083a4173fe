// The line that the derivation leaves to the reader: a probability and another token's logit.

import { type Line, slopeOf, softmax } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial p_i}{\partial z_j}`,
  symbols: { p_i: "$p_i$", p_j: "$p_j$" },
  right: "-p_i * p_j",
  measuredBy: "a finite difference of softmax",
  point: (draw) => {
    const z = [draw(), draw(), draw()];
    const [p_i, p_j] = softmax(z);
    const probability = (z_j: number) => softmax([z[0], z_j, z[2]])[0];
    return { values: { p_i, p_j }, measured: slopeOf(probability, z[1]) };
  },
  mistakes: [
    {
      wrong: "p_i * p_j",
      says: "The sign: where the other logit grows, this probability shrinks. The quotient rule has a minus in it.",
    },
    {
      wrong: "p_i * (1 - p_j)",
      says: "This would have the term of the numerator in it, which does not contain the other logit: its derivative is 0.",
    },
    {
      wrong: "p_i * (1 - p_i)",
      says: "This is the slope of a probability in its own logit, from the step before.",
    },
    { wrong: "-p_i^2", says: "One of the two factors is that of the logit which is moved: j." },
    { wrong: "0", says: "The numerator does not contain this logit, but the denominator does." },
  ],
};
