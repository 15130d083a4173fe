import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "forwardFromBlock",
  shapes: { out: "B*T*C" },
  reference: "block-forward",
  args: ["out", "params", "inputs", "maxT", "Vp", "L", "NH", "C", "B", "T"],
  writes: ["out"],
  adds: [],
};
