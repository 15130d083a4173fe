// The line that the derivation leaves to the reader: the gradient of an input, with two channels and two outputs.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial X_{n,0}}`,
  symbols: {
    d_0: String.raw`$\texttt{dout}_{n,0}$`,
    d_1: String.raw`$\texttt{dout}_{n,1}$`,
    W_00: "$W_{0,0}$",
    W_01: "$W_{0,1}$",
    W_10: "$W_{1,0}$",
    W_11: "$W_{1,1}$",
  },
  setting:
    "The matmul is a small one, with two inputs and two outputs, and the input is the one with i = 0.",
  right: "d_0 * W_00 + d_1 * W_10",
  measuredBy: "a finite difference of the matmul",
  point: (draw) => {
    const [d_0, d_1, W_00, W_01, W_10, W_11] = Array.from({ length: 6 }, draw);
    const [X_0, X_1] = [draw(), draw()];
    const loss = (X: number) => d_0 * (X * W_00 + X_1 * W_01) + d_1 * (X * W_10 + X_1 * W_11);
    return { values: { d_0, d_1, W_00, W_01, W_10, W_11 }, measured: slopeOf(loss, X_0) };
  },
  mistakes: [
    {
      wrong: "d_0 * W_00 + d_1 * W_01",
      says: "The indices of W are swapped: the first is the output, o, over which is summed; the second is the input, and stays 0.",
    },
    {
      wrong: "d_0 * W_00",
      says: "This is one path. The input goes into both outputs, so there are two.",
    },
    {
      wrong: "d_0 * W_01 + d_1 * W_11",
      says: "This is the gradient of the other input, with the index 1.",
    },
    {
      wrong: "(d_0 + d_1) * (W_00 + W_10)",
      says: "Each dout belongs to the weight of its own output: multiply first, then add.",
    },
    {
      wrong: "W_00 + W_10",
      says: "These are the slopes alone. Each has to be multiplied by the dout of its output.",
    },
  ],
};
