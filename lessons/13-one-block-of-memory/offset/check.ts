import type { Case, Check } from "../../../src/cells/check.ts";

/** One call for every tensor of the table: out4_1 is tensor 4 in layer 1. */
function eachTensor({ name, sizes, tensors }: Case): Case[] {
  return [...tensors].flatMap(([stored, tensor]) => {
    const [, k, l] = /^out(\d+)_(\d+)$/.exec(stored) ?? [];
    if (k === undefined) return [];
    const own = new Map([...tensors, ["out", tensor]]);
    return [
      { name: `${name}, tensor ${k}, layer ${l}`, sizes: { k: +k, l: +l, ...sizes }, tensors: own },
    ];
  });
}

export const check: Check = {
  function: "copyTensor",
  reference: "block",
  args: ["out", "params", "k", "l", "maxT", "Vp", "L", "C"],
  writes: ["out"],
  adds: [],
  cases: eachTensor,
  draw(draw) {
    // No length is another's multiple by a size: a mistake in the count is not right by chance.
    const [maxT, Vp, L, C] = [...draw.different(2, 17, 23), ...draw.different(2, 3, 5)];
    const square = C * C;
    const perLayer = [C, C, 3 * square, 3 * C, square, C, C, C, 4 * square, 4 * C, 4 * square, C];
    const lengths = [Vp * C, maxT * C, ...perLayer, C, C];
    const params = draw.normal([(Vp + maxT + 2) * C + L * (12 * square + 13 * C)]);
    return lengths.map((length, k) => {
      const l = k >= 2 && k <= 13 ? draw.whole(1, L - 1) : 0;
      const tensors = new Map([
        ["out", draw.empty([length])],
        ["params", params],
      ]);
      return { name: "drawn", sizes: { k, l, maxT, Vp, L, C }, tensors };
    });
  },
};
