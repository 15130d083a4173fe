// The line that the derivation leaves to the reader: what the shares of a running mean add up to.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`(1 - \beta) \, S`,
  symbols: { b: String.raw`$\beta$`, t: "$t$, the number of steps" },
  right: "1 - b^t",
  measuredBy: "the sum of all shares, added up one by one,",
  point: (draw) => {
    const b = Math.abs(draw()) / 4 + 0.4;
    const t = 2 + Math.round(Math.abs(draw()) * 5);
    let shares = 0;
    for (let k = 0; k < t; k++) shares += (1 - b) * b ** k;
    return { values: { b, t }, measured: shares };
  },
  mistakes: [
    {
      wrong: "1",
      says: "They would add up to 1 if the mean had been running for ever. After t steps the share of the 0 that it began with is still missing.",
    },
    { wrong: "b^t", says: "This is what is missing to 1, not the sum itself." },
    {
      wrong: "1 - b^(t - 1)",
      says: "The last power, which is left when all others have cancelled, is one higher.",
    },
    {
      wrong: "1 - b^(t + 1)",
      says: "The last power, which is left when all others have cancelled, is one lower.",
    },
    { wrong: "(1 - b^t) / (1 - b)", says: "This is S. It still has to be multiplied by 1 - b." },
    {
      wrong: "1 - b * t",
      says: "The powers multiply: after t steps a share has become b^t, not b * t.",
    },
  ],
};
