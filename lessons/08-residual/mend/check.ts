import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "stackBackward",
  shapes: { dinp: "N", dout: "N", inp: "N", mid: "N" },
  reference: "stack",
  args: ["dinp", "dout", "inp", "mid", "N"],
  writes: [],
  adds: ["dinp"],
};
