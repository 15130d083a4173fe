// The line that the derivation leaves to the reader: the gradient of a key that two heads of queries share.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial k}`,
  symbols: {
    q_0: "$q_0$, a channel of the first head's query",
    q_1: "$q_1$, the same channel of the second head's",
    ds_0: String.raw`$\partial L / \partial s_0$`,
    ds_1: String.raw`$\partial L / \partial s_1$`,
    c: String.raw`the scale $1 / \sqrt{\mathit{hs}}$`,
  },
  right: "c * (ds_0 * q_0 + ds_1 * q_1)",
  measuredBy: "a finite difference of the two scores",
  point: (draw) => {
    const [q_0, q_1, ds_0, ds_1, k, c] = [draw(), draw(), draw(), draw(), draw(), draw()];
    const loss = (k: number) => ds_0 * c * q_0 * k + ds_1 * c * q_1 * k;
    return { values: { q_0, q_1, ds_0, ds_1, c }, measured: slopeOf(loss, k) };
  },
  mistakes: [
    {
      wrong: "c * (ds_0 * q_0 + ds_1 * q_1) / 2",
      says: "This is the mean of the two paths. The loss feels both in full, so they are added.",
    },
    {
      wrong: "c * ds_0 * q_0",
      says: "This is the path through the first head alone. The second reads the same key.",
    },
    {
      wrong: "c * ds_1 * q_1",
      says: "This is the path through the second head alone. The first reads the same key.",
    },
    {
      wrong: "ds_0 * q_0 + ds_1 * q_1",
      says: "The scale is missing: it multiplies both scores, and so both paths.",
    },
    {
      wrong: "c * (ds_0 + ds_1) * (q_0 + q_1)",
      says: "Each gradient goes with the query of its own head, and with that one only.",
    },
    {
      wrong: "c * (ds_0 * q_1 + ds_1 * q_0)",
      says: "The two queries have changed places: each gradient goes with the query of its own head.",
    },
    {
      wrong: "c * ds_0 * q_0 * ds_1 * q_1",
      says: "Along one path one multiplies. These are two paths side by side, and what comes along them adds up.",
    },
  ],
};
