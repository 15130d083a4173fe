import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "weightsBackward",
  shapes: { dpreatt: "B*NH*T*T", datt: "B*NH*T*T", att: "B*NH*T*T" },
  reference: "attention",
  args: ["dpreatt", "datt", "att", "B", "T", "NH"],
  writes: [],
  adds: ["dpreatt"],
};
