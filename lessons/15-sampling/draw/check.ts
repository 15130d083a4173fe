import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "drawTokens",
  shapes: { tokens: "N", weights: "N*V", u: "N" },
  letters: { N: "n" },
  reference: "draw",
  args: ["tokens", "weights", "u", "N", "V"],
  writes: ["tokens"],
  adds: [],
};
