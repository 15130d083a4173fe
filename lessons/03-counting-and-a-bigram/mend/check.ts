import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "meanSurprise",
  shapes: { loss: "1", probs: "V*V", inputs: "N", targets: "N" },
  letters: { N: "n" },
  reference: "bigram",
  args: ["loss", "probs", "inputs", "targets", "N", "V"],
  writes: ["loss"],
  adds: [],
  draw(draw) {
    const [N, V] = draw.different(2, 4, 9);
    return draw.eachOnce({ N, V }, ({ N, V }) => {
      const probs = draw.empty([V, V]);
      for (let i = 0; i < V * V; i++) probs.data[i] = 10 ** -draw.whole(0, 6);
      const [inputs, targets] = [draw.ids([N], V), draw.ids([N], V)];
      return { tensors: { loss: draw.empty([1]), probs, inputs, targets } };
    });
  },
};
