import type { Check } from "../../../src/cells/check.ts";
import { drawn, shapes } from "../drawn.ts";

export const check: Check = {
  function: "tapeBackward",
  reference: "tape",
  args: ["dx", "dg", "dw", "x", "g", "w", "R", "C"],
  writes: [],
  adds: ["dx", "dg", "dw"],
  shapes,
  letters: { C: "c" },
  draw: (draw) => drawn(draw, draw.empty),
};
