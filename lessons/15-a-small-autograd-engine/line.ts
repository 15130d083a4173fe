// The line that the derivation leaves to the reader: the gradient of a value that is used twice, through tanh.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial y}{\partial a}`,
  symbols: { a: "$a$", b: "$b$", y: String.raw`$y = \tanh(a b + a)$` },
  right: "(1 - y^2) * (b + 1)",
  measuredBy: "a finite difference of tanh(a b + a)",
  point: (draw) => {
    const [a, b] = [draw(), draw()];
    const f = (a: number) => Math.tanh(a * b + a);
    return { values: { a, b, y: f(a) }, measured: slopeOf(f, a) };
  },
  mistakes: [
    {
      wrong: "(1 - y^2) * b",
      says: "That is what comes back through the product alone. a is used once more, in the sum.",
    },
    {
      wrong: "1 - y^2",
      says: "That is what comes back through the sum alone. a is used once more, in the product.",
    },
    { wrong: "b + 1", says: "Both uses are in it, and tanh is not: its slope is 1 - y^2." },
    {
      wrong: "(1 - y^2) * a",
      says: "That is the gradient of b: what arrives at the product, times the other factor.",
    },
    {
      wrong: "(1 - y^2) * (a + 1)",
      says: "The product hands back the other factor: to a it hands b.",
    },
    { wrong: "(1 - y) * (b + 1)", says: "The slope of tanh is 1 - y^2: the square is missing." },
    { wrong: "(1 + y^2) * (b + 1)", says: "The slope of tanh is 1 - y^2, with a minus." },
  ],
};
