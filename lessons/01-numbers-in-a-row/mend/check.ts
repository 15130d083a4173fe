import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "rowSums",
  shapes: { out: "B*T", inp: "B*T*C" },
  reference: "rowsums",
  args: ["out", "inp", "B", "T", "C"],
  writes: ["out"],
  adds: [],
  draw(draw) {
    const [B, T, C] = draw.different(3, 4, 9);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => {
      const inp = draw.normal([B, T, C]);
      // In every other row a large number, and the opposite one: what float32 adds in between is lost.
      for (let bt = 0; bt < B * T && C > 2; bt += 2) {
        const large = 10 ** draw.whole(5, 7);
        inp.data[bt * C] = large;
        inp.data[bt * C + C - 1] = -large;
      }
      return { tensors: { out: draw.empty([B, T]), inp } };
    });
  },
};
