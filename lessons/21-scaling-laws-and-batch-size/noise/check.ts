import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "noiseOf",
  reference: "noise",
  args: ["out", "gradients", "n", "P"],
  writes: ["out"],
  adds: [],
  shapes: { out: "2", gradients: "n*P" },
  draw(draw) {
    const [n, P] = draw.different(2, 3, 9);
    return [n, 2, 2].map((n, i) => {
      const [common, gradients] = [draw.normal([P]), draw.normal([n, P])];
      for (let k = 0; k < n * P; k++) gradients.data[k] += common.data[k % P];
      // Two texts that pull in opposite directions: the estimate of a square is below 0.
      if (i === 2) for (let k = 0; k < P; k++) gradients.data[P + k] = -gradients.data[k] / 2;
      return {
        name: ["drawn", "two texts", "opposites"][i],
        sizes: { n, P },
        tensors: new Map(Object.entries({ out: draw.empty([2]), gradients })),
      };
    });
  },
};
