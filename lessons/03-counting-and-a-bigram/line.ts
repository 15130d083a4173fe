// The line that the derivation leaves to the reader: the gradient of one number of the table, of all pairs together.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial z_{a,v}}`,
  symbols: {
    p: "$p_{a,v}$",
    c_av: "$c_{a,v}$, how often token $v$ came after token $a$",
    c_a: "$c_a$, how often token $a$ was given",
    N: "$N$, the number of all pairs",
  },
  right: "(c_a * p - c_av) / N",
  measuredBy: "a finite difference of the mean loss",
  point: (draw) => {
    const whole = () => Math.round(5 * Math.abs(draw())); // 1 to 10
    const [c_av, others, elsewhere] = [whole(), whole(), whole()];
    const [c_a, N] = [c_av + others, c_av + others + elsewhere];
    const rest = draw(); // the logit of the only other token that comes after a
    const loss = (z: number) => {
      const sum = Math.log(Math.exp(z) + Math.exp(rest));
      return (c_av * (sum - z) + others * (sum - rest)) / N; // the pairs elsewhere do not change
    };
    const z = draw();
    const p = Math.exp(z) / (Math.exp(z) + Math.exp(rest));
    return { values: { p, c_av, c_a, N }, measured: slopeOf(loss, z) };
  },
  mistakes: [
    {
      wrong: "c_a * p - c_av",
      says: "That is the sum over the pairs. The loss is their mean, so each counts 1/N.",
    },
    {
      wrong: "(c_av - c_a * p) / N",
      says: "Both signs are turned: of each pair it is p minus 1 for the token that came.",
    },
    {
      wrong: "(p - c_av) / N",
      says: "p is there once for every pair that begins with a, and there are c_a of them.",
    },
    {
      wrong: "(c_a * p - 1) / N",
      says: "The 1 is there once for every pair in which v came after a, and there are c_av of them.",
    },
    {
      wrong: "p - 1",
      says: "That is the part of a single pair, and not yet divided by N. All those that begin with a meet in this row.",
    },
    {
      wrong: "(p - 1) / N",
      says: "That is a single pair. All those that begin with a meet in this row.",
    },
    {
      wrong: "(N * p - c_av) / N",
      says: "Pairs that begin with another token have their gradient in another row: p is there c_a times, not N times.",
    },
    {
      wrong: "p - c_av / c_a",
      says: "These are shares of the pairs that begin with a. The mean is taken over all N pairs, so it is c_a / N times that.",
    },
  ],
};
