// The line that the derivation leaves to the reader: the gradient of the second channel of a pair.

import { type Line, slopeOf } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\frac{\partial L}{\partial b}`,
  symbols: {
    da: String.raw`$\partial L / \partial a'$`,
    db: String.raw`$\partial L / \partial b'$`,
    cos: String.raw`$\cos \varphi$`,
    sin: String.raw`$\sin \varphi$`,
  },
  right: "db * cos - da * sin",
  measuredBy: "a finite difference of the turn",
  point: (draw) => {
    const [a, b, da, db, angle] = [draw(), draw(), draw(), draw(), draw()];
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const loss = (b: number) => da * (a * cos - b * sin) + db * (a * sin + b * cos);
    return { values: { da, db, cos, sin }, measured: slopeOf(loss, b) };
  },
  mistakes: [
    {
      wrong: "da * sin + db * cos",
      says: "In a' the term with b has a minus, and it stays with the path that leads back from there.",
    },
    {
      wrong: "da * cos + db * sin",
      says: "This is the gradient of a. What multiplies b in a', and what in b'?",
    },
    {
      wrong: "da * cos - db * sin",
      says: "These factors belong to a' as it is computed in the forward pass. What multiplies b in a', and what in b'?",
    },
    { wrong: "db * cos", says: "This is the path through b' alone. b goes into a' as well." },
    { wrong: "-da * sin", says: "This is the path through a' alone. b goes into b' as well." },
    { wrong: "da * sin - db * cos", says: "Both terms have the wrong sign." },
  ],
};
