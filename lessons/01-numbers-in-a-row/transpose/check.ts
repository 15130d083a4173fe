import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "transpose",
  shapes: { out: "B*C*T", inp: "B*T*C" },
  reference: "transpose",
  args: ["out", "inp", "B", "T", "C"],
  writes: ["out"],
  adds: [],
};
