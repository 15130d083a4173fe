import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "biasBackward",
  shapes: { dbias: "OC", dout: "B*T*OC" },
  reference: "matmul",
  args: ["dbias", "dout", "B", "T", "OC"],
  writes: [],
  adds: ["dbias"],
  cases: (one) => (one.tensors.has("dbias") ? [one] : []),
  shader: {
    entryPoint: "biasBackward",
    tensors: ["dbias", "dout"],
    overrides: ({ B, T, OC }) => ({ rows: B * T, OC }),
    workgroups: ({ OC }) => [Math.ceil(OC / 64), 1],
  },
};
