import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "ringStep",
  reference: "ring",
  args: ["grads", "step", "machines", "N"],
  writes: [],
  adds: [],
  updates: { grads: "after" },
  shapes: { grads: "machines*N" },
  letters: { machines: "machine", N: "i" },
  draw(draw) {
    const [machines, length] = draw.different(2, 3, 6);
    const N = machines * length;
    const steps = draw.different(2, 0, machines - 2);
    return steps.map((step) => ({
      name: "drawn",
      sizes: { step, machines, N },
      tensors: new Map([["grads", draw.normal([machines, N])]]),
    }));
  },
};
