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
};
