import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "countPairs",
  shapes: { probs: "V*V", inputs: "N", targets: "N" },
  letters: { N: "n" },
  reference: "counted",
  args: ["probs", "inputs", "targets", "alpha", "N", "V"],
  writes: ["probs"],
  adds: [],
  draw(draw) {
    const [N, V] = draw.different(2, 4, 12);
    return draw.eachOnce({ N, V }, ({ N, V }) => ({
      sizes: { N, V, alpha: draw.whole(1, 12) / 8 },
      tensors: { probs: draw.empty([V, V]), inputs: draw.ids([N], V), targets: draw.ids([N], V) },
    }));
  },
};
