import type { Check } from "../../../src/cells/check.ts";

export const check: Check = {
  function: "quantizeBlocks",
  shapes: { whole: "N*32", scales: "N", inp: "N*32" },
  letters: { N: "n" },
  reference: "q8-blocks",
  args: ["whole", "scales", "inp", "N"],
  writes: ["whole", "scales"],
  adds: [],
  draw(draw) {
    return draw.eachOnce({ N: draw.whole(4, 7) }, ({ N }) => {
      const inp = draw.empty([N, 32]);
      for (let block = 0; block < N; block++) {
        // The scale is a power of two, so that what is half way between two whole numbers is so exactly.
        // In one block it is so small that a limit for scales would be over it.
        const scale = 2 ** (draw.whole(0, 3) + (block === 0 ? 3 : block === 2 ? -44 : 0));
        for (let i = 0; i < 32; i++) {
          const parts = [0, 0.25, 0.375, 0.5, 0.625];
          const size = draw.whole(0, 90) + parts[draw.whole(0, parts.length - 1)];
          inp.data[block * 32 + i] = (draw.whole(0, 1) ? 1 : -1) * scale * size;
        }
        inp.data[block * 32 + draw.whole(0, 31)] = (block % 2 === 0 ? -127 : 127) * scale;
      }
      if (N > 1) inp.data.fill(0, 32, 64);
      return { tensors: { whole: draw.empty([N, 32]), scales: draw.empty([N]), inp } };
    });
  },
};
