import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "weightsBackward",
  shapes: { dpreatt: "B*NH*T*T", datt: "B*NH*T*T", att: "B*NH*T*T" },
  reference: "attention",
  args: ["dpreatt", "datt", "att", "B", "T", "NH"],
  writes: [],
  adds: ["dpreatt"],
  draw(draw) {
    const [B, T, NH] = draw.different(3, 2, 6);
    return draw.eachOnce({ B, T, NH }, ({ B, T, NH }) => {
      const shape = [B, NH, T, T];
      const [datt, att] = [draw.normal(shape), draw.normal(shape, 2)];
      for (let row = 0; row < B * NH * T; row++) {
        const weights = att.data.subarray(row * T, (row + 1) * T);
        const largest = Math.max(...weights);
        const t = row % T;
        for (let t2 = 0; t2 < T; t2++) {
          weights[t2] = t2 > t ? 0 : Math.exp(weights[t2] - largest);
          if (t2 > t) datt.data[row * T + t2] = 0;
        }
        const sum = weights.reduce((so, weight) => so + weight, 0);
        for (let t2 = 0; t2 <= t; t2++) weights[t2] /= sum;
      }
      return { tensors: { dpreatt: draw.empty(shape), datt, att } };
    });
  },
};
