// The line that the derivation leaves to the reader: from the loss to a logit, when the probabilities have cancelled.

import { type Line, slopeOf, softmax } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial \ell}{\partial z_v}`,
  symbols: {
    p_v: "$p_v$",
    one: String.raw`$\mathbb{1}[v = \text{target}]$, which is 1 or 0`,
    p_target: String.raw`$p_{\text{target}}$`,
  },
  right: "p_v - one",
  measuredBy: "a finite difference of the loss",
  point: (draw) => {
    const z = [draw(), draw(), draw()];
    const target = draw() > 0 ? 0 : 1; // v is 0
    const p = softmax(z);
    const loss = (z_v: number) => -Math.log(softmax([z_v, z[1], z[2]])[target]);
    const values = { p_v: p[0], one: Number(target === 0), p_target: p[target] };
    return { values, measured: slopeOf(loss, z[0]) };
  },
  mistakes: [
    { wrong: "one - p_v", says: "The minus in front of the bracket turns both signs." },
    { wrong: "p_v", says: "At the target 1 is subtracted." },
    {
      wrong: "p_v - 1",
      says: "1 is subtracted in the target's column alone: elsewhere it is 0. That is what one says.",
    },
    {
      wrong: "-(one - p_v) / p_target",
      says: "The 1 / p_target has met the p_target of the Jacobian: they cancel.",
    },
    {
      wrong: "p_target * (p_v - one)",
      says: "p_target cancels against the 1 / p_target of step 2.",
    },
  ],
};
