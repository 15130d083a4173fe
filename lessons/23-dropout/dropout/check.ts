import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "dropout",
  reference: "dropout",
  args: ["out", "dinp", "inp", "dout", "seed", "step", "p", "training", "N"],
  writes: ["out"],
  adds: ["dinp"],
  shapes: { out: "N", dinp: "N" },
  draw(draw) {
    const seed = draw.whole(1, 1000);
    // While training with two probabilities, and in evaluation.
    return [
      { p: draw.whole(10, 40) / 100, training: 1 },
      { p: draw.whole(60, 85) / 100, training: 1 },
      { p: draw.whole(20, 80) / 100, training: 0 },
    ].map((of) => {
      const N = draw.whole(30, 60);
      const tensors = {
        ...{ out: draw.empty([N]), dinp: draw.empty([N]) },
        ...{ inp: draw.normal([N]), dout: draw.normal([N]) },
      };
      const sizes = { ...of, seed, step: draw.whole(1, 500), N };
      return { name: "drawn", sizes, tensors: new Map(Object.entries(tensors)) };
    });
  },
};
