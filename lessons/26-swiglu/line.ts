// The line that the derivation leaves to the reader: the slope of silu.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial \operatorname{silu}(x)}{\partial x}`,
  symbols: { x: "$x$, the gate", s: String.raw`$\sigma(x)$, its share` },
  right: "s + x * s * (1 - s)",
  measuredBy: "a finite difference of silu",
  point: (draw) => {
    const x = draw();
    const s = 1 / (1 + Math.exp(-x));
    return { values: { x, s }, measured: slopeOf((x) => x / (1 + Math.exp(-x)), x) };
  },
  mistakes: [
    { wrong: "s", says: "That is the first term alone: the share moves with the gate, too." },
    { wrong: "x * s * (1 - s)", says: "The first term is missing: more of x, at the same share." },
    { wrong: "s * (1 - s)", says: "That is the slope of the share. silu is x times the share." },
    {
      wrong: "s - x * s * (1 - s)",
      says: "The second term has the wrong sign: a larger x has a larger share.",
    },
    {
      wrong: "s + s * (1 - s)",
      says: "In the second term the factor x is missing: the same x, at a larger share.",
    },
    {
      wrong: "s + x * (1 - s)",
      says: "The derivative of the share is s (1 - s): a factor s is missing.",
    },
    {
      wrong: "s + x * s * (1 + s)",
      says: "The derivative of the share is s (1 - s), with a minus.",
    },
  ],
};
