import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "roundToBfloat16",
  shapes: { out: "N", inp: "N" },
  letters: { N: "n" },
  reference: "bfloat16",
  args: ["out", "inp", "N"],
  writes: ["out"],
  adds: [],
  draw(draw) {
    return draw.eachOnce({ N: draw.whole(40, 60) }, ({ N }) => {
      const [out, inp] = [draw.emptyIds([N]), draw.emptyIds([N])];
      const halves = [0x0000, 0x7fff, 0x8000, 0x8001, 0xffff];
      for (let i = 0; i < N; i++) {
        // Upper halves of all kinds, numbers that are half way between two, and a little beside that.
        const sign = draw.whole(0, 1) << 31;
        const upper = draw.whole(0, 0x7f7f) << 16;
        inp.data[i] = sign | upper | halves[draw.whole(0, halves.length - 1)];
      }
      if (N > 30) {
        // Half way, below an even and an odd one, of either sign.
        for (let i = 0; i < 4; i++) {
          inp.data[i] =
            ((i & 1) << 31) | ((0x3f80 + draw.whole(0, 60) * 2 + (i >> 1)) << 16) | 0x8000;
        }
        const ends = [0x7f800000, 0xff800000, 0x7f7fffff, 0x7f800001, 0x7fffffff, 0xff800001];
        for (const [i, word] of ends.entries()) inp.data[4 + i] = word;
        for (let i = 10; i < 20; i++) inp.data[i] = 0x3f000000 + draw.whole(0, 0xffffff);
      }
      return { tensors: { out, inp } };
    });
  },
};
