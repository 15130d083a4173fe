// The line that the derivation leaves to the reader: the squared length of the true gradient, from single texts and from a batch.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: String.raw`\lvert G \rvert^2`,
  symbols: {
    small: String.raw`$\mathbb{E} \lvert g_1 \rvert^2$`,
    big: String.raw`$\mathbb{E} \lvert g_B \rvert^2$`,
    B: "$B$",
  },
  setting: "Solve the two equations for it.",
  right: "(B * big - small) / (B - 1)",
  measuredBy: "a gradient of known length, with known noise on it,",
  point: (draw) => {
    const [length, noise] = [draw() ** 2 + 0.1, draw() ** 2 + 0.1];
    const B = 2 + Math.floor(3 * (draw() + 2));
    const values = { small: length + noise, big: length + noise / B, B };
    return { values, measured: length };
  },
  mistakes: [
    { wrong: "big", says: "A batch still has some of the noise in it: 1/B of it." },
    {
      wrong: "big - small / B",
      says: "small is not the noise alone: the gradient's own square is in it, and 1/B of that was subtracted too.",
    },
    {
      wrong: "(small - big) / (1 - 1 / B)",
      says: "That is the noise. It is the other of the two unknowns that is asked for here.",
    },
    { wrong: "B * big - small", says: "That is B - 1 times as much: B of them, less one." },
    { wrong: "small - big", says: "The gradient itself cancels here. Multiply big by B first." },
    {
      wrong: "(small - B * big) / (B - 1)",
      says: "The sign is the wrong way round: B times the batch has B squares of the gradient, a single text has one.",
    },
    {
      wrong: "(B * big - small) / (B + 1)",
      says: "B squares of the gradient, less one: that leaves B - 1, and not B + 1.",
    },
  ],
};
