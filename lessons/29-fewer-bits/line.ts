// The line that the derivation leaves to the reader: how often a number has to go up, if the mean is to be the number itself.

import type { Line } from "../../src/lines/line.ts";

export const line: Line = {
  left: "P",
  symbols: {
    x: "$x$, the number",
    a: "$a$, its neighbour below",
    u: "$u$, the distance to the neighbour above",
  },
  right: "(x - a) / u",
  measuredBy: "a search for the share at which the mean is x",
  point: (draw) => {
    const [a, u] = [draw(), 1.1 + draw() / 2];
    const x = a + u * (0.5 + 0.2 * draw());
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const p = (low + high) / 2;
      if ((1 - p) * a + p * (a + u) < x) low = p;
      else high = p;
    }
    return { values: { x, a, u }, measured: (low + high) / 2 };
  },
  mistakes: [
    {
      wrong: "x - a",
      says: "That is how far x is above a. As a share of the gap it is divided by u.",
    },
    {
      wrong: "(a + u - x) / u",
      says: "That is how often it goes down: the nearer it is to a, the more often.",
    },
    { wrong: "(a - x) / u", says: "The sign is wrong: x is above a, and P cannot be below 0." },
    {
      wrong: "1 / 2",
      says: "Half and half gives a mean in the middle between the two, wherever x is.",
    },
    { wrong: "x / u", says: "It is not x itself that counts, but how far x is above a." },
    { wrong: "u / (x - a)", says: "That is upside down: over 1, where P is a share." },
  ],
};
