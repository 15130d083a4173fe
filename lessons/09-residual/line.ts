// The line that the derivation leaves to the reader: past a block and through it.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial x}`,
  symbols: { dout: String.raw`$\texttt{dout}$`, s: "$f'$, the slope of the block" },
  right: "dout * (1 + s)",
  measuredBy: "a finite difference of x + f(x)",
  point: (draw) => {
    const [dout, k, x] = [draw(), draw(), draw()];
    const f = (x: number) => Math.tanh(k * x);
    const s = k * (1 - f(x) ** 2);
    return { values: { dout, s }, measured: slopeOf((x) => dout * (x + f(x)), x) };
  },
  mistakes: [
    {
      wrong: "dout * s",
      says: "This is the path through the block alone. The stream goes past it too, with slope 1.",
    },
    {
      wrong: "dout",
      says: "This is the path past the block alone. The one through it is missing.",
    },
    {
      wrong: "dout + s",
      says: "Along a path one multiplies: through the block it is dout * s. Only then the two paths are added.",
    },
    {
      wrong: "dout * (1 + s) / 2",
      says: "A sum does not divide its gradient between its terms: each gets all of it.",
    },
  ],
};
