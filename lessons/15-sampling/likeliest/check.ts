import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "keepLikeliest",
  shapes: { probs: "N*Vp", logits: "N*Vp" },
  letters: { N: "n" },
  reference: "likeliest",
  args: ["probs", "logits", "temperature", "topK", "topP", "N", "V", "Vp"],
  writes: ["probs"],
  adds: [],
};
