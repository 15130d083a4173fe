import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "accumulatedGradient",
  reference: "accumulate",
  args: ["dweight", "loss", "inp", "targets", "counts", "weight", "parts", "T", "C", "V"],
  writes: ["loss"],
  adds: [],
  updates: { dweight: "gradient" },
  shapes: { dweight: "V*C", loss: "1" },
  draw(draw) {
    const [parts, T, C, V] = draw.different(4, 2, 7);
    return draw.eachOnce({ parts, T, C, V }, ({ parts, T, C, V }) => {
      const counts = draw.emptyIds([parts]);
      for (let j = 0; j < parts; j++) counts.data[j] = draw.whole(1, T);
      if (T > 1) [counts.data[0], counts.data[parts - 1]] = [T, T - 1]; // never all alike
      return {
        tensors: {
          ...{ dweight: draw.normal([V, C]), loss: draw.empty([1]) },
          ...{ inp: draw.normal([parts, T, C]), targets: draw.ids([parts, T], V), counts },
          weight: draw.normal([V, C]),
        },
      };
    });
  },
};
