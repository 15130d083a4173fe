import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "bigramForward",
  shapes: { losses: "N", probs: "V*V", table: "V*V", inputs: "N", targets: "N" },
  letters: { N: "n" },
  reference: "bigram",
  args: ["losses", "probs", "table", "inputs", "targets", "N", "V"],
  writes: ["losses", "probs"],
  adds: [],
};
