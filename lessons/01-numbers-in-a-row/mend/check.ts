import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "rowSums",
  shapes: { out: "B*T", inp: "B*T*C" },
  reference: "rowsums",
  args: ["out", "inp", "B", "T", "C"],
  writes: ["out"],
  adds: [],
};
