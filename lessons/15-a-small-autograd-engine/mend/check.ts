import type { Check } from "../../../src/cells/check.ts";
import { drawn, shapes } from "../drawn.ts";

export const check: Check = {
  function: "leafBackward",
  reference: "tape-leaf",
  args: ["dx", "dg", "dw", "x", "g", "w", "R", "C"],
  writes: [],
  adds: [],
  updates: { dx: "dx after", dg: "dg after", dw: "dw after" },
  shapes,
  letters: { C: "c" },
  draw: (draw) => drawn(draw, draw.normal),
};
