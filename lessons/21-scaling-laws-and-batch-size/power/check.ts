import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "fitPower",
  reference: "power",
  args: ["out", "N", "loss", "E", "n"],
  writes: ["out"],
  adds: [],
  shapes: { out: "2", N: "n", loss: "n" },
  draw(draw) {
    const most = draw.whole(5, 8);
    return [most, 2].map((n, i) => {
      const E = draw.whole(5, 15) / 10;
      const [A, alpha] = [draw.whole(20, 80) / 10, draw.whole(10, 35) / 100];
      const [N, loss, off] = [draw.empty([n]), draw.empty([n]), draw.normal([n], 0.05)];
      for (let k = 0; k < n; k++) {
        N.data[k] = 5 * 3 ** k + draw.whole(0, 4);
        loss.data[k] = E + (A / N.data[k] ** alpha) * Math.exp(off.data[k]);
      }
      return {
        name: i === 0 ? "drawn" : "two models",
        sizes: { n, E },
        tensors: new Map(Object.entries({ out: draw.empty([2]), N, loss })),
      };
    });
  },
};
