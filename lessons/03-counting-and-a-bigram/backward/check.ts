import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "bigramBackward",
  shapes: { dtable: "V*V", probs: "V*V", inputs: "N", targets: "N" },
  letters: { N: "n" },
  reference: "bigram",
  args: ["dtable", "probs", "inputs", "targets", "N", "V"],
  writes: [],
  adds: ["dtable"],
  draw(draw) {
    const [N, V] = draw.different(2, 4, 12);
    return draw.eachOnce({ N, V }, ({ N, V }) => {
      const probs = draw.normal([V, V]);
      for (let a = 0; a < V; a++) {
        const row = probs.data.subarray(a * V, (a + 1) * V);
        const powers = row.map(Math.exp);
        const sum = powers.reduce((total, power) => total + power, 0);
        row.set(powers.map((power) => power / sum));
      }
      const [inputs, targets] = [draw.ids([N], V), draw.ids([N], V)];
      return { tensors: { dtable: draw.empty([V, V]), probs, inputs, targets } };
    });
  },
};
