import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "dealBatch",
  shapes: { inputs: "B*T", targets: "B*T" },
  reference: "windows",
  args: ["inputs", "targets", "tokens", "position", "N", "B", "T"],
  writes: ["inputs", "targets"],
  adds: [],
};
