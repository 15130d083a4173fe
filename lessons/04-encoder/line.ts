// The line that the derivation leaves to the reader: a row of the table that two places have taken.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial E_{\text{to},i}}`,
  symbols: {
    d_00: String.raw`$\texttt{dout}_{0,0,i}$, at the first place of "to"`,
    d_11: String.raw`$\texttt{dout}_{1,1,i}$, at the second`,
  },
  right: "d_00 + d_11",
  measuredBy: "a finite difference of the loss",
  point: (draw) => {
    const [d_00, d_11, E] = [draw(), draw(), draw()];
    const [P_0, P_1] = [draw(), draw()];
    const loss = (E: number) => d_00 * (E + P_0) + d_11 * (E + P_1);
    return { values: { d_00, d_11 }, measured: slopeOf(loss, E) };
  },
  mistakes: [
    {
      wrong: "d_00 * d_11",
      says: "Along one path one multiplies. These are two paths side by side, and what comes along them adds up.",
    },
    {
      wrong: "(d_00 + d_11) / 2",
      says: "This is the mean of the two. The loss feels both in full, so they are added.",
    },
    { wrong: "d_00", says: "This is the first place alone. The second moves the loss as well." },
    { wrong: "d_11", says: "This is the second place alone, as if it had overwritten the first." },
  ],
};
