import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "drawTokens",
  shapes: { tokens: "N", weights: "N*V", u: "N" },
  letters: { N: "n" },
  reference: "draw",
  args: ["tokens", "weights", "u", "N", "V"],
  writes: ["tokens"],
  adds: [],
  draw(draw) {
    const [N, V] = draw.different(2, 5, 12);
    return draw.eachOnce({ N, V }, ({ N, V }) => {
      // Whole numbers, and u in 16ths of what they sum to: often exactly the border between two tokens.
      const [weights, u] = [draw.empty([N, V]), draw.empty([N])];
      for (let n = 0; n < N; n++) {
        const row = weights.data.subarray(n * V, (n + 1) * V);
        for (let left = 16; left > 0; left--) row[draw.whole(0, V - 1)]++;
        if (n === 0 && V > 1) {
          // The lowest u, and a first token of no weight.
          row[V - 1] += row[0];
          row[0] = 0;
          continue;
        }
        u.data[n] = draw.whole(0, 1) ? draw.whole(0, 15) / 16 : draw.whole(0, 999) / 1000;
      }
      return { tensors: { tokens: draw.emptyIds([N]), weights, u } };
    });
  },
};
