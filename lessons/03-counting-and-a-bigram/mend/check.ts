import type { Check, Made, Sizes } from "../../../src/cells/check.ts";

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
    const make = ({ N, V }: Sizes): Made => {
      const probs = draw.empty([V, V]);
      for (let i = 0; i < V * V; i++) probs.data[i] = 10 ** -draw.whole(0, 6);
      const [inputs, targets] = [draw.ids([N], V), draw.ids([N], V)];
      return { tensors: { loss: draw.empty([1]), probs, inputs, targets } };
    };
    // The last one is a text so long that no number is small enough for the product of its probabilities.
    return [...draw.eachOnce({ N, V }, make), ...draw.eachOnce({ N: 300, V }, make).slice(0, 1)];
  },
};
