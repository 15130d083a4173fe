import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "transpose",
  shapes: { out: "B*C*T", inp: "B*T*C" },
  reference: "transpose",
  args: ["out", "inp", "B", "T", "C"],
  writes: ["out"],
  adds: [],
  draw(draw) {
    const [B, T, C] = draw.different(3, 2, 7);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => ({
      tensors: { out: draw.empty([B, C, T]), inp: draw.normal([B, T, C]) },
    }));
  },
};
