// The line that the derivation leaves to the reader: the slope of u.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial u}{\partial x}`,
  symbols: { x: "$x$", c: String.raw`$\sqrt{2 / \pi}$` },
  right: "c * (1 + 3 * 0.044715 * x^2)",
  measuredBy: "a finite difference of u",
  point: (draw) => {
    const x = draw();
    const c = Math.sqrt(2 / Math.PI);
    return { values: { x, c }, measured: slopeOf((x) => c * (x + 0.044715 * x ** 3), x) };
  },
  mistakes: [
    {
      wrong: "c * (1 + 0.044715 * x^2)",
      says: "The power rule brings the exponent down: the factor 3 is missing.",
    },
    {
      wrong: "c * (1 + 3 * 0.044715 * x^3)",
      says: "The power rule also lowers the exponent by one: x^3 becomes 3 x^2.",
    },
    { wrong: "c * (x + 3 * 0.044715 * x^2)", says: "The derivative of x is 1." },
    { wrong: "1 + 3 * 0.044715 * x^2", says: "The factor in front, c, stays." },
    { wrong: "c * (1 + 2 * 0.044715 * x^2)", says: "The exponent that comes down is 3, not 2." },
    {
      wrong: "c * 3 * 0.044715 * x^2",
      says: "The first term is missing: the derivative of x is 1, not 0.",
    },
  ],
};
