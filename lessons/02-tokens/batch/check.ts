import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "loadBatch",
  shapes: { inputs: "B*T", targets: "B*T", starts: "B" },
  reference: "batch",
  args: ["inputs", "targets", "tokens", "starts", "B", "T"],
  writes: ["inputs", "targets"],
  adds: [],
};
