import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "forwardFromBlock",
  shapes: { out: "B*T*C" },
  reference: "block-forward",
  args: ["out", "params", "inputs", "maxT", "Vp", "L", "NH", "C", "B", "T"],
  writes: ["out"],
  adds: [],
  draw(draw) {
    const [B, T, L] = draw.different(3, 2, 4);
    const [NH, hs] = draw.different(2, 2, 3);
    const [maxT, V, C] = [T + 2, draw.whole(8, 11), NH * hs];
    return draw.eachOnce({ B, T, L }, ({ B, T, L }) => {
      const sizes = { maxT, V, Vp: V + 2, L, NH, C, B, T };
      const length = (V + 2 + maxT) * C + L * (12 * C * C + 13 * C) + 2 * C;
      const [out, params] = [draw.empty([B, T, C]), draw.normal([length], 0.4)];
      return { sizes, tensors: { out, params, inputs: draw.ids([B, T], V) } };
    });
  },
};
