import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "softmaxOnGpu",
  shapes: { probs: "B*T*Vp", logits: "B*T*Vp" },
  letters: { Vp: "i" },
  reference: "softmax",
  args: ["probs", "logits", "B", "T", "V", "Vp"],
  writes: ["probs"],
  adds: [],
  shader: {
    entryPoint: "softmax",
    tensors: ["probs", "logits"],
    overrides: ({ V, Vp }) => ({ V, Vp }),
    workgroups: ({ B, T }) => [B * T, 1],
  },
};
